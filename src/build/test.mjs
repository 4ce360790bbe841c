/**
 * `npm test -- ARGUMENTS` installs what the tests need, runs `bun test ARGUMENTS`, and ends with
 * one line: `N passed, N failed`, and `, N skipped` if any were. Without arguments, the processes
 * that tests start are those of the binary.
 */
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { build, fail, forwardSignals, prepare, root, say, works } from "./bootstrap.mjs"

/** Ends a test that hangs. Tests wait for events, so a slow one on a busy machine passes. */
const LIMIT_MS = 300_000

const bun = prepare()
ensureProgram("git")
ensureProgram("curl")
ensureBrowser()
ensurePostgres()
ensureBubblewrap()
run(process.argv.slice(2))

function ensureProgram(name) {
  if (works(name, ["--version"]) || install(name)) return
  fail(`The tests need ${name}. Please install it.`)
}

function ensureBrowser() {
  const names = ["chromium", "chromium-browser", "google-chrome"]
  if (names.some((name) => works(name, ["--version"])) || install("chromium")) return
  say("Chromium is missing, so the browser tests are skipped. Please install it.")
}

/** The tests start their own server, so Debian's package must not create or start one. */
function ensurePostgres() {
  const isThere = () => works("sh", ["-c", "ls /usr/lib/postgresql/*/bin/initdb"])
  if (isThere()) return
  const settings = "/etc/postgresql-common/createcluster.d"
  const ours = join(settings, "amelia-tests.conf")
  if (mayInstall()) {
    mkdirSync(settings, { recursive: true })
    writeFileSync(ours, "create_main_cluster = false\n")
    install("postgresql")
    rmSync(ours)
  }
  if (isThere()) return
  say("PostgreSQL is missing, so the tests on a server are skipped. Please install it.")
}

function ensureBubblewrap() {
  if (process.platform !== "linux" || works("bwrap", ["--version"]) || install("bubblewrap")) return
  say("bubblewrap is missing, so the sandbox tests are skipped. Please install it.")
}

/** Only where it surprises nobody: as root on Debian, as in a container. */
function mayInstall() {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version")
}

function install(name) {
  if (!mayInstall()) return false
  say(`Installing ${name} …`)
  const apt = (...args) => works("apt-get", ["-qq", ...args])
  return apt("install", "-y", name) || (apt("update") && apt("install", "-y", name))
}

function run(args) {
  // Its processes start in two thirds of the time that those from source take.
  const env = args.length === 0 ? { AMELIA_BINARY: build(bun) } : {}
  // Tests often wait for programs that they started, so one more than there are processors.
  const parallel = `--parallel=${availableParallelism() + 1}`
  // Compiling the database engine and loading the modules for each file would take a third longer.
  const options = [`--timeout=${LIMIT_MS}`, parallel, "--no-isolate"]
  const child = spawn(bun, ["test", ...options, ...args], {
    cwd: root,
    env: { ...env, ...process.env },
    stdio: ["inherit", "inherit", "pipe"],
  })
  forwardSignals(child)
  let tail = ""
  child.stderr.on("data", (chunk) => {
    process.stderr.write(chunk)
    tail = (tail + chunk).slice(-4000)
  })
  child.on("close", (code) => {
    const summary = tail.slice(tail.lastIndexOf("\n\n"))
    const counted = (word) => Number(new RegExp(`^ *(\\d+) ${word}`, "m").exec(summary)?.[1] ?? 0)
    const skipped = counted("skip") + counted("todo")
    // Bun counts a broken file as both. A run that failed without either broke before its tests.
    const failed = Math.max(counted("fail"), counted("error"), code === 0 ? 0 : 1)
    const last = [`${counted("pass")} passed`, `${failed} failed`]
    if (skipped > 0) last.push(`${skipped} skipped`)
    process.stdout.write(`${last.join(", ")}\n`, () => process.exit(failed > 0 ? 1 : 0))
  })
}

/**
 * What `npm start` and `npm test` need before anything is installed: plain JavaScript without
 * dependencies, for Node 20 or newer and for Bun. Reports its work on stderr, and nothing if there
 * is nothing to do.
 */
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..")

/** Prints to stderr, because stdout belongs to the program. */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

/** Installs the dependencies with a new enough Bun. Returns the path of that Bun. */
export function prepare() {
  const bun = findBun() ?? installBun()
  const state = hashOf(["package.json", "bun.lock"])
  const stamp = join(root, "node_modules/.installed-for")
  if (readIfThere(stamp) === state) return bun
  say("Installing the dependencies …")
  must(bun, ["install", "--frozen-lockfile"])
  writeFileSync(stamp, state)
  return bun
}

/** Builds dist/amelia if its sources have changed. Returns its path. */
export function build(bun) {
  const binary = join(root, "dist/amelia")
  const state = hashOf([
    ...["package.json", "bun.lock", "src", "views", "static", "drizzle", "sample"],
    ...["docs", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", ".env.example"],
  ])
  const stamp = join(root, "dist/amelia.built-from")
  if (existsSync(binary) && readIfThere(stamp) === state) return binary
  say("Building dist/amelia …")
  must(bun, [join(root, "src/build/binary.ts")])
  writeFileSync(stamp, state)
  return binary
}

/** Runs a command with our input and output, forwards signals, and exits with its exit code. */
export function become(command, args) {
  const child = spawn(command, args, { stdio: "inherit" })
  forwardSignals(child)
  child.on("error", (error) => fail(`Can't start ${command}: ${error.message}`))
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)))
}

/**
 * A terminal sends Ctrl-C to the child too, and npm repeats the signals it gets. Forwards each
 * signal once, because the child treats a second one as impatience.
 */
export function forwardSignals(child) {
  const last = new Map()
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      const since = Date.now() - (last.get(signal) ?? 0)
      last.set(signal, Date.now())
      const isFromTerminal = signal === "SIGINT" && process.stdin.isTTY
      if (since > 500 && !isFromTerminal) child.kill(signal)
    })
  }
}

export function fail(sentence) {
  say(sentence)
  process.exit(1)
}

/** True if a command can be run. */
export function works(command, args) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0
}

const wanted = () =>
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.bun

function findBun() {
  const own = process.versions.bun ? [process.execPath] : []
  const inModules = (modules) => [
    join(modules, "bun/bin/bun.exe"),
    ...foldersOf(join(modules, "@oven")).map((folder) => join(folder, "bin/bun")),
  ]
  const candidates = [
    ...own,
    "bun",
    ...inModules(join(root, "node_modules")),
    ...inModules(join(bootstrapFolder(), "node_modules")),
  ]
  return candidates.find(isNewEnough)
}

function isNewEnough(bun) {
  const { status, stdout } = spawnSync(bun, ["--version"], { encoding: "utf8" })
  if (status !== 0) return false
  const [has, wants] = [stdout, wanted()].map((version) => version.trim().split(/[.-]/).map(Number))
  const differing = [0, 1, 2].find((part) => has[part] !== wants[part])
  return differing === undefined || has[differing] > wants[differing]
}

/** Separate from `bun install`, so that the running Bun doesn't replace itself. */
function bootstrapFolder() {
  return join(root, "node_modules/.bootstrap")
}

function installBun() {
  const version = wanted()
  say(`Installing Bun ${version} from npm …`)
  mkdirSync(bootstrapFolder(), { recursive: true })
  const cli = process.env.npm_execpath
  const [npm, first] = cli?.endsWith(".js") ? [process.execPath, [cli]] : ["npm", []]
  const flags = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"]
  must(npm, [...first, "install", "--prefix", bootstrapFolder(), ...flags, `bun@${version}`])
  const found = findBun()
  return found ?? fail(`Can't install Bun ${version}. Please see https://bun.sh.`)
}

/** Runs a setup step with its output on stderr. Exits if it fails. */
function must(command, args) {
  const stdio = ["ignore", 2, 2]
  const { status, error } = spawnSync(command, args, { cwd: root, stdio })
  if (status !== 0) fail(`${command} ${args.join(" ")} failed. ${error?.message ?? ""}`)
}

function hashOf(paths) {
  const hash = createHash("sha256")
  for (const path of paths.flatMap(filesOf))
    hash.update(path).update(readFileSync(join(root, path)))
  return hash.digest("hex")
}

function filesOf(path) {
  const entries = entriesOf(join(root, path))
  if (!entries) return [path]
  return entries.flatMap(({ name }) => filesOf(join(path, name))).sort()
}

function foldersOf(directory) {
  return (entriesOf(directory) ?? []).map(({ name }) => join(directory, name))
}

/** Returns undefined if it is not a directory. */
function entriesOf(directory) {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch {
    return undefined
  }
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined
}

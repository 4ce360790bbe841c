import { expect, test } from "bun:test"
import { chmod, mkdir, truncate, utimes } from "node:fs/promises"
import { join } from "node:path"
import type { Check } from "../src/ways-in/cli/doctor/check"
import { emptyHome, freshHome } from "./support/database"
import { noModels, program, serveProcess } from "./support/process"

/** Runs `amelia doctor --json` and returns its checks and exit code. */
async function doctor(home: string, env: Record<string, string> = {}, ...more: string[]) {
  const child = Bun.spawn([...program, "doctor", "--json", ...more], {
    env: { PATH: process.env.PATH ?? "", AMELIA_HOME: home, PORT: "0", ...noModels, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const { usable, checks } = await new Response(child.stdout).json()
  const found = (checks as Check[]).map(({ name, ...check }) => [name, check] as const)
  return { code: await child.exited, usable, checks: Object.fromEntries(found) }
}

test("creates and checks a new home; missing programs and models only warn", async () => {
  await using at = await emptyHome()
  const home = join(at.home, "new")
  const { code, usable, checks } = await doctor(home, { PATH: "" })
  expect({ code, usable }).toEqual({ code: 0, usable: true })
  const status = Object.fromEntries(Object.entries(checks).map(([name, it]) => [name, it.status]))
  expect(status).toEqual({
    ...{ Settings: "ok", Home: "ok", Server: "ok", Database: "ok", Vectors: "ok" },
    Embeddings: "ok",
    ...{ Disk: expect.any(String), Events: "ok", Log: "ok", Time: "ok" },
    ...{ Model: "warning", "Model anthropic": "unused", "Model openrouter": "unused" },
    ...{ "Model claude-code": "unused", "Model ollama": "unused", "Model offline": "ok" },
    ...{ Git: "warning", Sandbox: "warning" },
  })
  expect(checks.Git?.fix).toContain("Install it")
  expect(checks["Model claude-code"]?.fix).toBe("Run: npm install -g @anthropic-ai/claude-code")
})

test("prints one line per check, with the fix below it", async () => {
  await using at = await freshHome()
  const child = Bun.spawn([...program, "doctor", "--home", at.home], {
    env: { PATH: "", PORT: "0" },
    stdio: ["ignore", "pipe", "ignore"],
  })
  const text = await new Response(child.stdout).text()
  expect(text).toContain(`✓ Home               ${at.home}, private\n`)
  expect(text).toMatch(/! Git +The command git is not on the PATH\.\n +→ Install it/)
  expect(text).toEndWith("Amelia is ready. Consider fixing what is marked with !.\n")
})

test("checks the running server, and names one of another version", async () => {
  await using at = await freshHome()
  await using server = await serveProcess(at)
  const { code, checks } = await doctor(at.home)
  expect(code).toBe(0)
  expect(checks.Server?.found).toBe(`running at ${server.url} (process ${server.pid})`)
  expect(checks.Database).toMatchObject({
    status: "ok",
    found: expect.stringMatching(/^embedded PostgreSQL 18 in .+, answers in [\d.]+ ms$/),
  })
  const entry = join(at.home, "server.json")
  await Bun.write(entry, JSON.stringify({ ...(await Bun.file(entry).json()), version: "0.0.1" }))
  const fix = `Stop it (process ${server.pid}) and start amelia serve.`
  expect((await doctor(at.home)).checks.Server).toMatchObject({ status: "warning", fix })
})

type Break = (home: string) => Promise<unknown>
type Env = Record<string, string>
const nothing: Break = async () => undefined

const broken: [string, string, string, Break, Env][] = [
  [
    "a damaged database",
    "Database",
    "It seems to be damaged. Please put a backup in its place",
    (home) => truncate(join(home, "db/global/pg_control")),
    {},
  ],
  [
    "an unreachable server",
    "Database",
    "Can't use the PostgreSQL server at 127.0.0.1:1/x",
    nothing,
    { DATABASE_URL: "postgres://u:hunter22@127.0.0.1:1/x" },
  ],
  [
    "an invalid price",
    "Settings",
    "anthropic.as_of: it must be a date",
    async (home) => {
      await Bun.write(join(home, "prices.json"), '{"anthropic": {"as_of": 2026, "models": {}}}')
    },
    {},
  ],
  ["an invalid setting", "Settings", 'CHUNK_SIZE: "1" is wrong', nothing, { CHUNK_SIZE: "1" }],
  [
    "an address of another machine",
    "Server",
    "It can't listen on 192.0.2.1:0.",
    nothing,
    { AMELIA_HOST: "192.0.2.1", AMELIA_TOKEN: "a-long-random-text" },
  ],
]

test.each(broken)("%s fails and says why", async (_, name, sentence, damage, env) => {
  await using at = await freshHome()
  await damage(at.home)
  const { code, usable, checks } = await doctor(at.home, env)
  expect({ code, usable }).toEqual({ code: 1, usable: false })
  expect(checks[name]).toMatchObject({
    status: "failed",
    found: expect.stringContaining(sentence),
  })
  expect(JSON.stringify(checks)).not.toContain("hunter22")
})

test("a taken port fails, and so does a file in place of the home", async () => {
  await using at = await freshHome()
  using other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() })
  const taken = await doctor(at.home, { PORT: `${other.port}` })
  expect(taken).toMatchObject({ code: 1, checks: { Database: { status: "ok" } } })
  const found = `(process ${process.pid}) already listens on 127.0.0.1:${other.port}.`
  expect(taken.checks.Server?.found).toMatch(/^bun(\.exe)? /)
  expect(taken.checks.Server?.found).toEndWith(found)

  const file = join(at.home, "file")
  await Bun.write(file, "")
  for (const home of [file, join(file, "below")]) {
    const { code, checks } = await doctor(home)
    expect(code).toBe(1)
    expect(checks.Home).toMatchObject({ status: "failed" })
    expect(checks.Home?.found).toContain(`Can't create the home directory ${home}`)
  }
})

test("warns about an open home, an unwritable log, a wrong clock and a misspelt setting", async () => {
  await using at = await freshHome()
  await using other = await emptyHome()
  const envFile = join(other.home, "shared.env")
  await Bun.write(envFile, "CHUNKSIZE=200\n")
  await chmod(envFile, 0o600)
  await chmod(at.home, 0o755)
  const later = new Date(Date.now() + 3_600_000)
  await utimes(at.home, later, later)
  const log = join(at.home, "db", "PG_VERSION", "amelia.log")
  const { code, checks } = await doctor(at.home, { LOG_FILE_PATH: log }, "--env-file", envFile)
  expect(code).toBe(0)
  for (const [name, sentence] of [
    ["Settings", "did you mean CHUNK_SIZE?"],
    ["Home", `The home ${at.home} was open to other users. It is now private.`],
    ["Log", `${log} can't be written`],
    ["Time", "but the home was last used at"],
  ] as const) {
    const found = expect.stringContaining(sentence)
    expect(checks[name]).toMatchObject({ status: "warning", found })
  }
})

test("a program counts as installed if it reports its version", async () => {
  await using at = await freshHome()
  const bin = join(at.home, "bin")
  await mkdir(bin)
  const program = async (name: string, script: string) => {
    await Bun.write(join(bin, name), `#!/bin/sh\n${script}\n`)
    await chmod(join(bin, name), 0o755)
  }
  await program("claude", `[ "$1" = --version ] && echo '2.1.330 (Claude Code)'`)
  await program("git", "exit 1")
  const { checks } = await doctor(at.home, { PATH: bin, CLAUDE_CODE_PATH: "claude" })
  // This one knows no `auth status`, as before 2.1.41.
  expect(checks["Model claude-code"]?.found).toBe("Claude Code 2.1.330 is installed.")
  expect(checks.Git?.found).toBe(`${join(bin, "git")} does not respond to --version.`)
  await program("claude", "exec /bin/sleep 60")
  const silent = await doctor(at.home, { PATH: bin, CLAUDE_CODE_PATH: "claude" })
  expect(silent.checks["Model claude-code"]).toMatchObject({ status: "unused" })
})

test.skipIf(process.platform !== "linux")(
  "reports whether agents run in a sandbox, and how to fix it if not",
  async () => {
    await using at = await freshHome()
    const bin = join(at.home, "bin")
    await mkdir(bin)
    const bwrap = async (script: string) => {
      await Bun.write(join(bin, "bwrap"), `#!/bin/sh\n${script}\n`)
      await chmod(join(bin, "bwrap"), 0o755)
    }
    const found = async (env: Env = {}) =>
      (await doctor(at.home, { PATH: bin, ...env })).checks.Sandbox
    expect(await found()).toMatchObject({
      status: "warning",
      fix: expect.stringContaining("Install"),
    })
    await bwrap("exit 0")
    expect(await found()).toEqual({ status: "ok", found: `on, by ${bin}/bwrap`, fix: null })
    expect(await found({ SANDBOX: "off" })).toMatchObject({ found: "off (SANDBOX=off)" })
    await bwrap("echo 'bwrap: Unknown option --disable-userns' >&2; exit 1")
    const old = { found: "bubblewrap is too old.", fix: "Install version 0.8 or newer." }
    expect(await found()).toEqual({ status: "warning", ...old, found: `off. ${old.found}` })
    expect(await found({ SANDBOX: "required" })).toEqual({ status: "failed", ...old })
  },
)

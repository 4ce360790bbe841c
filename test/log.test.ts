import { expect, test } from "bun:test"
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises"
import { join } from "node:path"
import { readConfig } from "../src/platform/config/config"
import { type LogFileOptions, logFile } from "../src/platform/log/file"
import { createLog } from "../src/platform/log/log"
import { emptyHome, freshHome } from "./support/database"
import { serveProcess } from "./support/process"

const noon = (day: string) => new Date(`${day}T12:00:00Z`)
const linesOf = async (path: string) => (await readFile(path, "utf8")).split("\n").slice(0, -1)

/** A log file in its own directory, on a day that the test sets. */
async function daily(options: Partial<LogFileOptions> = {}) {
  const { home, ...disposable } = await emptyHome()
  const path = join(home, "logs", "amelia.log")
  const problems: unknown[] = []
  const at = { day: "2026-11-21" }
  const file = logFile({
    path,
    daily: true,
    retention_days: 30,
    now: () => noon(at.day),
    onProblem: (problem) => problems.push(problem),
    ...options,
  })
  return { ...disposable, file, path, problems, at, directory: join(home, "logs") }
}

test("a server's lines have time, level, module and event, and a request's line has everything", async () => {
  await using home = await freshHome()
  const token = "a-token-that-no-log-shows"
  await using server = await serveProcess({ home: home.home, env: { AMELIA_TOKEN: token } })
  const headers = { Authorization: `Bearer ${token}` }
  const answer = await fetch(`${server.url}/api/runs?limit=1`, { headers })
  await answer.body?.cancel()
  expect(await server.stop()).toBe(0)

  const path = join(home.home, "logs", "amelia.log")
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(join(home.home, "logs"))).mode & 0o777).toBe(0o700)
  const lines = (await linesOf(path)).map((line) => JSON.parse(line))
  expect(lines.map(({ event }) => event)).toContain("server.stopped")
  for (const line of lines) {
    expect(line).toMatchObject({ module: expect.any(String), event: expect.any(String) })
    expect(line.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]).toContain(line.level)
  }
  const { timestamp: _, ...request } = lines.find(({ path }) => path === "/api/runs")
  expect(request).toEqual({
    level: "INFO",
    module: "http",
    event: "http.request",
    request_id: answer.headers.get("x-request-id"),
    method: "GET",
    path: "/api/runs",
    client_host: "127.0.0.1",
    status_code: 200,
    duration_ms: expect.any(Number),
  })
  expect(await readFile(path, "utf8")).not.toContain(token)
})

test("whatever is logged, at most the last four characters of a key appear", async () => {
  await using home = await emptyHome()
  const key = "sk-ant-0123456789abcdef"
  const env = { AMELIA_HOME: home.home, ANTHROPIC_API_KEY: key }
  const { config } = await readConfig({ env })
  const { log, close } = createLog(config)
  log.child({ header: `Bearer ${key}` }).error(new Error(`${key} was refused`), `no ${key}`)
  close()
  const text = await readFile(config.logFilePath, "utf8")
  expect(text).not.toContain(key)
  expect(JSON.parse(text)).toMatchObject({ header: "Bearer sk-…cdef", event: "no sk-…cdef" })
})

test("each day has its own file, even if the machine slept over some", async () => {
  await using it = await daily()
  for (const day of ["2026-11-21", "2026-11-22", "2026-11-25"]) {
    it.at.day = day
    it.file.write(`${day}\n`)
    it.file.write(`${day}\n`)
  }
  expect((await readdir(it.directory)).sort()).toEqual([
    ...["amelia-2026-11-21.log", "amelia-2026-11-22.log", "amelia.log"],
  ])
  for (const [name, day] of [
    ["amelia-2026-11-21.log", "2026-11-21"],
    ["amelia-2026-11-22.log", "2026-11-22"],
    ["amelia.log", "2026-11-25"],
  ]) {
    expect(await linesOf(join(it.directory, name ?? ""))).toEqual([day, day] as string[])
  }
  expect(it.problems).toEqual([])
})

test("a start finds another day's file and renames it to the day of its last line", async () => {
  await using it = await daily()
  await mkdir(it.directory)
  await Bun.write(it.path, "old\n")
  await utimes(it.path, noon("2026-11-19"), noon("2026-11-19"))
  it.file.write("new\n")
  expect(await linesOf(join(it.directory, "amelia-2026-11-19.log"))).toEqual(["old"])
  expect(await linesOf(it.path)).toEqual(["new"])
})

test("files are deleted when their time is over, and no other files are", async () => {
  await using it = await daily({ retention_days: 2 })
  await mkdir(it.directory)
  const others = ["amelia-2020-01-01.txt", "other-2020-01-01.log", "amelia-2020-01-01.log.gz"]
  const kept = ["amelia-2026-11-19.log", "amelia-2026-11-20.log", "amelia-notes.log", ...others]
  const expired = ["amelia-2020-01-01.log", "amelia-2026-11-18.log"]
  for (const name of [...kept, ...expired]) await Bun.write(join(it.directory, name), "")
  it.file.write("a\n")
  expect((await readdir(it.directory)).sort()).toEqual([...kept, "amelia.log"].sort())
  it.at.day = "2026-11-22"
  it.file.write("b\n")
  expect(await readdir(it.directory)).not.toContain("amelia-2026-11-19.log")
})

test("with LOG_FILE_ROTATION=never all days share one file", async () => {
  await using it = await daily({ daily: false })
  it.file.write("a\n")
  it.at.day = "2026-11-22"
  it.file.write("b\n")
  expect(await readdir(it.directory)).toEqual(["amelia.log"])
  expect(await linesOf(it.path)).toEqual(["a", "b"])
})

test("a file that was moved, truncated or deleted with its directory doesn't stop the log", async () => {
  await using it = await daily()
  it.file.write("a\n")
  await rename(it.path, `${it.path}.1`)
  it.file.write("b\n")
  expect(await linesOf(`${it.path}.1`)).toEqual(["a"])
  await Bun.write(it.path, "")
  it.file.write("c\n")
  expect(await linesOf(it.path)).toEqual(["c"])
  await rm(it.directory, { recursive: true })
  it.file.write("d\n")
  expect(await linesOf(it.path)).toEqual(["d"])
  expect(it.problems).toEqual([])
})

test("processes share a file over midnight, and no line is lost, torn or duplicated", async () => {
  await using home = await emptyHome()
  const path = join(home.home, "amelia.log")
  const [count, names] = [3000, ["a", "b", "c", "d"]]
  const child = join(import.meta.dir, "support/log-child.ts")
  const children = names.map((name) =>
    Bun.spawn([process.execPath, child, path, name, `${count}`], { stdin: "pipe" }),
  )
  for (const { stdin } of children) stdin.end()
  expect(await Promise.all(children.map(({ exited }) => exited))).toEqual(names.map(() => 0))
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
  const files = (await readdir(home.home)).sort()
  expect(files).toEqual([`amelia-${yesterday}.log`, "amelia.log"])
  const lines = (await Promise.all(files.map((name) => linesOf(join(home.home, name))))).flat()
  const written = names.flatMap((name) => Array.from({ length: count }, (_, n) => `${name} ${n}`))
  expect(lines.sort()).toEqual(written.sort())
})

test("a log that can't be written is reported once, and every line tries again", async () => {
  await using it = await daily()
  await Bun.write(it.directory, "a file in the way")
  it.file.write("a\n")
  it.file.write("b\n")
  expect(it.problems).toHaveLength(1)
  await rm(it.directory)
  it.file.write("c\n")
  expect(await linesOf(it.path)).toEqual(["c"])
})

test("a full disk doesn't stop a server from serving, and is reported once on stderr", async () => {
  await using home = await freshHome()
  await using server = await serveProcess({ ...home, env: { LOG_FILE_PATH: "/dev/full" } })
  for (let i = 0; i < 3; i++) expect(await server.client.live()).toEqual({ alive: true })
  await server.client.listRuns()
  expect(await server.stop()).toBe(0)
  expect((await server.stderr).match(/Can't write .* \/dev\/full: ENOSPC/g)).toHaveLength(1)
})

const shell = ["unshare", "-rm", "sh", "-c"]
const canMount =
  Bun.which("unshare") !== null &&
  Bun.spawnSync([...shell, "mount -t tmpfs tmpfs /mnt"], { stderr: "ignore" }).success
test.skipIf(!canMount)(
  "a line cut off by a full disk doesn't damage the next one (skipped without mounts)",
  async () => {
    await using home = await emptyHome()
    const mount = `mount -t tmpfs -o size=16k tmpfs ${home.home} && exec "$@"`
    const child = join(import.meta.dir, "support/log-full-child.ts")
    const argv = [...shell, mount, "sh", process.execPath, child, home.home]
    const told = await new Response(Bun.spawn(argv).stdout).json()
    expect(told.problems).toEqual(["ENOSPC"])
    expect(JSON.parse(told.last)).toMatchObject({ n: 20 })
    expect(() => JSON.parse(told.torn)).toThrow()
  },
)

import { expect, test } from "bun:test"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { setTimeout as delay } from "node:timers/promises"
import { type ChildOptions, startChild } from "../src/platform/processes/child"
import { SUPERVISE } from "../src/platform/processes/messages"
import { listProcesses } from "../src/platform/processes/processes"
import { testBinary } from "./support/binary"
import { rejection } from "./support/rejection"

const env = { PATH: process.env.PATH ?? "" }
const shell = (script: string, more: Partial<ChildOptions> = {}) =>
  startChild({ argv: ["sh", "-c", script], cwd: "/", env, ...more })

/** Zombies count too: nothing may be left. */
const left = (pids: number[]) => listProcesses().filter(({ pid }) => pids.includes(pid))

/** The first `count` lines of a stream, which are process ids. */
async function pidsFrom(stream: AsyncIterable<Uint8Array>, count: number): Promise<number[]> {
  let said = ""
  for await (const bytes of stream) {
    said += new TextDecoder().decode(bytes)
    if (said.split("\n").length > count) break
  }
  return said.trim().split("\n").map(Number)
}

test("a child reads its stdin, is read on both outputs, keeps its exit code and gets only the named variables", async () => {
  const stdin = "Grüße\n".repeat(100_000)
  const child = await shell("cat; echo bad >&2; env >&2; exit 7", {
    stdin,
    env: { ...env, NAMED: "1" },
  })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect(out === stdin).toBe(true)
  const names = err.split("\n").map((line) => line.split("=")[0])
  expect(names.filter((it) => !/^(_|PWD|SHLVL|OLDPWD)$/.test(it ?? "")).sort()).toEqual([
    ...["", "AMELIA_CHILD", "NAMED", "PATH", "bad"],
  ])
  expect(await child.exited).toEqual({ code: 7, signal: null, cause: "itself" })
  const killed = await shell("kill -9 $$")
  expect(await killed.exited).toEqual({ code: null, signal: "SIGKILL", cause: "itself" })
})

test.skipIf(process.platform !== "linux")(
  "a secret reaches the program, and none of the programs it starts",
  async () => {
    const secret = { name: "KEY", value: "sk-ant-test-0001", descriptor: "KEY_DESCRIPTOR" }
    const look = 'cat "/dev/fd/$KEY_DESCRIPTOR"'
    const child = await shell(`${look}; echo; sh -c '${look}; echo $KEY nothing; env'`, { secret })
    const [told, found, ...rest] = (await text(child.stdout)).split("\n")
    expect([told, found]).toEqual([secret.value, "nothing"])
    expect(rest.join("\n")).not.toContain(secret.value)
  },
)

const refusals: [string, Partial<ChildOptions>, named: string, code: string][] = [
  ["a program that does not exist", { argv: ["no-such-program"] }, "no-such-program", "ENOENT"],
  ["a file that is no program", { argv: ["/etc/passwd"] }, "/etc/passwd", "EACCES"],
  ["a directory that does not exist", { cwd: "/no/such/place" }, "/no/such/place", "ENOENT"],
]
test.each(refusals)("%s is refused with the reason", async (_, wrong, named, code) => {
  const refused = await rejection(startChild({ argv: ["true"], cwd: "/", env, ...wrong }))
  expect(refused).toMatchObject({ name: "ChildNotStarted", code })
  expect(refused.message).toContain(named)
})

test("programs left behind in their own sessions end with the child", async () => {
  const leave = "setsid sh -c 'echo $$; exec sleep 1000'"
  const child = await shell(`${leave} & (${leave} &); read wait`, { stdin: undefined })
  const pids = await pidsFrom(child.stdout, 2)
  expect(await child.exited).toMatchObject({ cause: "itself" })
  expect(left([child.pid, ...pids])).toEqual([])
})

const stubborn =
  "trap '' TERM; echo $$; setsid sh -c 'echo $$; while :; do sleep 1; done' & while :; do sleep 1; done"

test("when cancelled or out of time, a child and all its descendants get SIGTERM, then SIGKILL if they stay", async () => {
  const controller = new AbortController()
  const cancelled = await shell(stubborn, { signal: controller.signal, grace_ms: 100 })
  const pids = await pidsFrom(cancelled.stdout, 2)
  controller.abort()
  expect(await cancelled.exited).toEqual({ code: null, signal: "SIGKILL", cause: "cancelled" })
  expect(left(pids)).toEqual([])

  const polite = await shell("trap 'exit 3' TERM; while :; do sleep 0.1; done", { timeout_ms: 1 })
  expect(await polite.exited).toMatchObject({ cause: "timeout" })
  expect(await rejection(shell("true", { signal: controller.signal }))).toBe(
    controller.signal.reason,
  )
})

test("output beyond every buffer waits for its reader and arrives completely", async () => {
  const bytes = 50_000_000
  const child = await shell(`head -c ${bytes} /dev/zero; echo done >&2`)
  const stands = delay(300).then(() => "stands still")
  expect(await Promise.race([stands, child.exited])).toBe("stands still")
  let read = 0
  for await (const chunk of child.stdout) read += chunk.length
  expect(read).toBe(bytes)
  expect(await child.exited).toMatchObject({ code: 0 })
})

const parent = join(import.meta.dir, "support/children-parent.ts")

async function killParent(supervisor: string[]): Promise<void> {
  const argv = [process.execPath, parent, ...supervisor]
  const running = Bun.spawn(argv, { stdout: "pipe", stderr: "inherit" })
  const pids = await pidsFrom(running.stdout, 6)
  expect(left(pids)).toHaveLength(6)
  running.kill("SIGKILL")
  await running.exited
  while (left(pids).length > 0) await delay(10)
}

test("nothing of its children is left when the parent is killed", () => killParent([]), 20_000)

test("the compiled binary supervises too", async () => {
  await using binary = await testBinary()
  await killParent([binary.path, SUPERVISE])
})

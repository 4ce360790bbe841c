import { describe, expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { runSession, type SessionOptions } from "../src/engines/models/claude-code/run"
import type { AppError } from "../src/platform/errors"
import { claudeCli, said } from "./support/claude-cli"
import type { Act } from "./support/claude-peer"
import { processesOf } from "./support/process"
import { rejection } from "./support/rejection"

const never = new AbortController().signal

type Peer = Awaited<ReturnType<typeof claudeCli>>

function session({ program, dir }: Peer, more: Partial<SessionOptions> = {}) {
  const usual = { args: ["-p"], prompt: "Hello", model: "sonnet", idle_timeout_ms: 30_000 }
  return runSession(program, { ...usual, cwd: dir, signal: never, onLine: () => {}, ...more })
}

/** Returns how a session with this program ends. */
async function ending(...acts: Act[]) {
  await using peer = await claudeCli(...acts)
  return (await rejection(session(peer))) as AppError
}

const failed = (message: string, details: object) => ({
  message: expect.stringContaining(message),
  details,
})
const limited = { name: "AgentExecutionError" }
const refused = (status: number, retryable: boolean) =>
  failed("", { provider: "claude-code", status, retryable, cost_usd: expect.any(Number) })

/** Recordings of the CLI's output by the API's response, and the expected result. */
const recordings = join(import.meta.dir, "../../shared/data/claude-cli")
const recorded: Record<string, object> = {
  "hello-partial": { text: "Hello! This is the scripted peer.", num_turns: 1, cost_usd: 0.06954 },
  "429ONCE": { model: "claude-opus-5-5", usage: { input: 12_108, output: 102 } },
  BASHok: { text: expect.stringContaining("hi-from-bash"), num_turns: 2 },
  JSON: { structured_output: { answer: 42 }, text: '{"answer":42}' },
  "400": refused(400, false),
  "401": failed("run claude auth login", { status: 401, retryable: false }),
  "404": failed("doesn't know this model", { status: 404, retryable: false }),
  "429ALL-r2": refused(429, true),
  "500-r2": refused(500, true),
  "529-default": refused(529, true),
  "529-r2": refused(529, true),
  "STREAMERR-r2": refused(529, true),
  "DISC-r2": failed("ECONNRESET", { status: null, retryable: true, cost_usd: expect.any(Number) }),
  "HANG-to": failed("timed out", { status: null, retryable: true }),
  "MIDHANG-to": failed("without a result", { status: null, retryable: true }),
  "LOOP-mt": { ...limited, details: { limit: "max_turns", num_turns: 4, cost_usd: 0.0454902 } },
  "LOOP-bud": { ...limited, details: { limit: "budget_exhausted", num_turns: 12 } },
}

describe.skipIf(!existsSync(recordings))(
  "recorded CLI output gives the expected results (skipped without ../shared)",
  () => {
    test.each(Object.entries(recorded))("%s", async (name, expected) => {
      const file = join(recordings, `${name}.jsonl`)
      await using peer = await claudeCli({ replay: file })
      const lines: unknown[] = []
      const told = await session(peer, { onLine: (line) => lines.push(line) }).catch(
        (error) => error,
      )
      expect(told).toMatchObject(expected)
      const written = (await Bun.file(file).text()).trim().split("\n")
      const known = written.filter(
        (line) => !/"(status|message_\w+|content_block_st\w+)"/.test(line.slice(0, 60)),
      )
      expect(lines).toHaveLength(known.length)
      expect(told.dropped ?? 0).toBe(0)
    })

    test("none is left out", async () => {
      const files = await Array.fromAsync(new Bun.Glob("*.jsonl").scan(recordings))
      expect(files.map((file) => file.replace(".jsonl", "")).sort()).toEqual(
        Object.keys(recorded).sort(),
      )
    })
  },
)

test("a session gets its prompt and only the variables it needs, and reports everything it says", async () => {
  await using peer = await claudeCli(
    ...[{ say: said.init }, { say: said.text("Do") }, { say: said.text("ne.") }],
    { say: said.result() },
  )
  const texts: string[] = []
  const told = await session(peer, {
    prompt: "Grüße\n".repeat(100_000),
    onLine: (line) => {
      if (line.type === "stream_event" && "text" in line.event.delta)
        texts.push(line.event.delta.text)
    },
  })
  expect(texts.join("")).toBe("Done.")
  const usage = { input: 150, output: 20, cached: 50, cache_written: 0 }
  expect(told).toMatchObject({
    text: "Done.",
    model: "claude-sonnet-5-5",
    cost_usd: 0.01,
    usage,
    dropped: 0,
  })
  const [seen] = await peer.seen()
  expect(seen?.stdin).toHaveLength(600_000)
  const own = Object.keys(seen?.env ?? {}).filter((name) => !/^(_|PWD|SHLVL|OLDPWD)$/.test(name))
  expect(own.sort()).toEqual(["AMELIA_CHILD", "HOME", "PATH"])
})

test("unknown lines are skipped, and lines that are endless or not JSON are skipped and counted", async () => {
  const megabyte = "x".repeat(1024 ** 2)
  await using peer = await claudeCli(
    ...[{ raw: 'Warning: something\n{"type":\n\n' }, { say: { type: "news" } }],
    ...[{ raw: '{"type":"user","message":"' }, { raw: megabyte, times: 40 }, { raw: '"}\n' }],
    ...[{ complain: megabyte }, { say: said.result() }],
  )
  expect(await session(peer)).toMatchObject({ text: "Done.", dropped: 3 })
})

test("a session without a result is an error that quotes stderr without keys", async () => {
  const plain = await ending(
    { complain: "Error: no such flag for sk-ant-secret-key-0001" },
    { exit: 1 },
  )
  expect(plain.message).toBe(
    "Claude Code exited with code 1 without a result. It says: Error: no such flag for sk-…0001",
  )
  expect(plain.details).toMatchObject({ provider: "claude-code", retryable: false, status: null })
  expect((await ending({ say: said.init })).details).toMatchObject({ retryable: true })
  const absent = { path: "/nowhere/claude", env: {}, umask: 0o022 }
  await using peer = await claudeCli()
  expect(await rejection(session({ ...peer, program: absent }))).toMatchObject({
    message: expect.stringContaining("set CLAUDE_CODE_PATH"),
    details: { retryable: false },
  })
})

test("an account's limit says when it ends", async () => {
  const resetsAt = Math.round(Date.now() / 1000) + 3600
  const rate_limit_info = { status: "rejected", resetsAt, rateLimitType: "five_hour" }
  const limit = { is_error: true, terminal_reason: "api_error", api_error_status: 429 }
  const wait = async (...acts: Act[]) => Number((await ending(...acts)).details.retry_after_s)
  const event = { say: { type: "rate_limit_event", rate_limit_info } }
  expect(await wait(event, { say: said.result(limit) })).toBeWithin(3500, 3602)
  const result = `Usage limit reached|${resetsAt}`
  expect(await wait({ say: said.result({ ...limit, result }) })).toBeWithin(3500, 3602)
})

test("a stalled session is ended, but not while its tool is running", async () => {
  await using peer = await claudeCli({ say: said.init }, { stall: true })
  const stalled = await rejection(session(peer, { idle_timeout_ms: 1000 }))
  expect(stalled).toMatchObject({ details: { stalled: true, retryable: true } })
  expect(stalled.message).toContain("no output for 1 s")
  await peer.set({ say: said.uses("Bash", { command: "make" }) }, { stall: true })
  const late = await rejection(session(peer, { idle_timeout_ms: 4000, timeout_ms: 8000 }))
  expect(late).toMatchObject({
    message: expect.stringContaining("longer than 8 s"),
    details: { retryable: false },
  })
  expect(await processesOf(peer.dir)).toEqual([])
})

test("a cancel ends the session and all its processes, even detached ones that ignore SIGTERM", async () => {
  await using peer = await claudeCli({ spawn: true }, { say: said.init }, { stall: true })
  const controller = new AbortController()
  const running = session(peer, {
    signal: controller.signal,
    onLine: () => controller.abort(new Error("Enough.")),
  })
  expect((await rejection(running)).message).toBe("Enough.")
  expect(await processesOf(peer.dir)).toEqual([])
})

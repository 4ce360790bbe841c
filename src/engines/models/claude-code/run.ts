import { ChildNotStarted, startChild } from "../../../platform/processes/child"
import { linesOf, tailOf } from "../../../platform/processes/lines"
import type { Sandbox } from "../../../platform/processes/sandbox/policy"
import { usageOf } from "../anthropic-usage"
import type { TokenUsage } from "../model"
import { absentError, costOf, resultError, silenceError } from "./failure"
import type { ClaudeCode } from "./program"
import { type Denial, type Line, type Result, readLine, toolsIn } from "./protocol"

/** The key goes through a pipe, so that programs a session starts, such as tests, can't see it. */
const keyPlace = { name: "ANTHROPIC_API_KEY", descriptor: "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR" }
/** How long the CLI may take to exit after its result. */
const LAST_WORDS_MS = 10_000

export type SessionOptions = {
  /** See `agentArguments` and `plainArguments`. */
  args: string[]
  prompt: string
  cwd: string
  /** The requested model. The session reports the one it really uses. */
  model: string
  env?: Record<string, string>
  sandbox?: Sandbox | undefined
  signal: AbortSignal
  /** How long it may be silent while no tool is running. */
  idle_timeout_ms: number
  timeout_ms?: number
  onLine: (line: Line) => void
}

export type SessionResult = {
  text: string
  /** The answer in the shape of the requested schema. */
  structured_output: unknown
  session_id: string
  model: string
  num_turns: number
  usage: TokenUsage | null
  /** As the CLI reports it. Null if it doesn't. */
  cost_usd: number | null
  permission_denials: Denial[]
  request_id: string | null
  /** The number of lines that were not JSON. */
  dropped: number
}

/**
 * Runs one session of the CLI until all its processes have ended. Throws LLMAPIError as `llmError`,
 * AgentExecutionError at its turn limit or budget, or the signal's reason.
 */
export async function runSession(
  { path, env, umask, key }: ClaudeCode,
  options: SessionOptions,
): Promise<SessionResult> {
  const { args, prompt, cwd, model, sandbox, signal, timeout_ms } = options
  const watch = watchSilence(options.idle_timeout_ms)
  try {
    const child = await startChild({
      argv: [path, ...args],
      ...{ cwd, env: { ...env, ...options.env }, umask, sandbox, stdin: prompt },
      secret: key === undefined ? undefined : { ...keyPlace, value: key },
      signal: AbortSignal.any([signal, watch.signal]),
      ...(timeout_ms === undefined ? {} : { timeout_ms }),
    })
    const [heard, stderr] = await Promise.all([
      hear(child.stdout, watch, options.onLine),
      tailOf(child.stderr),
    ])
    const exit = await child.exited
    signal.throwIfAborted()
    const { result, resets_at } = heard
    if (!result) throw silenceError(exit, stderr, model, { ...watch.found(), timeout_ms })
    if (!isDone(result)) throw resultError(result, heard.model ?? model, resets_at)
    return outcome(result, heard, model)
  } catch (error) {
    if (error instanceof ChildNotStarted) throw absentError(error.message, model)
    throw error
  } finally {
    watch.end()
  }
}

function isDone({ is_error, terminal_reason }: Result): boolean {
  return !is_error && (terminal_reason ?? "completed") === "completed"
}

function outcome(result: Result, heard: Heard, model: string): SessionResult {
  return {
    text: result.result ?? "",
    structured_output: result.structured_output,
    session_id: result.session_id,
    model: heard.model ?? model,
    num_turns: result.num_turns,
    usage: result.usage ? usageOf(result.usage) : null,
    cost_usd: costOf(result),
    permission_denials: result.permission_denials,
    request_id: heard.request_id ?? null,
    dropped: heard.dropped,
  }
}

type Heard = {
  model?: string
  request_id?: string
  /** When the account's limit ends, in Unix seconds. */
  resets_at?: number
  result?: Result
  dropped: number
}

/** Reads all output and keeps what the outcome needs. */
async function hear(
  stdout: AsyncIterable<Buffer>,
  watch: Watch,
  onLine: (line: Line) => void,
): Promise<Heard> {
  const heard: Heard = { dropped: 0 }
  /** Running tools. While there is one, silence is normal. */
  const open = new Set<string>()
  for await (const text of linesOf(stdout)) {
    const line = text === null ? undefined : text.trim() === "" ? "other" : readLine(text)
    if (line === undefined) heard.dropped += 1
    else if (line !== "other") {
      note(heard, open, line)
      onLine(line)
    }
    if (heard.result) watch.expect(LAST_WORDS_MS)
    else watch.expect(open.size > 0 ? undefined : "usual")
  }
  return heard
}

function note(heard: Heard, open: Set<string>, line: Line): void {
  switch (line.type) {
    case "system":
      if (line.subtype === "init") heard.model = line.model
      return
    case "assistant":
      if (line.request_id) heard.request_id = line.request_id
      for (const { id } of toolsIn(line)) open.add(id)
      return
    case "user":
      for (const { tool_use_id } of line.message.content) open.delete(tool_use_id ?? "")
      return
    case "rate_limit_event": {
      const { status, resetsAt } = line.rate_limit_info
      if (status === "rejected" && resetsAt) heard.resets_at = resetsAt
      return
    }
    case "result":
      heard.result = line
      return
    case "stream_event":
  }
}

type Watch = ReturnType<typeof watchSilence>

/** Aborts its signal if the next line doesn't arrive in time. */
function watchSilence(usual_ms: number) {
  const stalled = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const expect = (within: number | "usual" | undefined) => {
    clearTimeout(timer)
    if (within === undefined) return
    timer = setTimeout(() => stalled.abort(), within === "usual" ? usual_ms : within)
  }
  expect("usual")
  return {
    signal: stalled.signal,
    expect,
    found: () => (stalled.signal.aborted ? { stalled_ms: usual_ms } : {}),
    end: () => clearTimeout(timer),
  }
}

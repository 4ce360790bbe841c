import { AppError } from "../../../platform/errors"
import type { Exit } from "../../../platform/processes/child"
import { usageOf } from "../anthropic-usage"
import { isTransient, llmError, redact } from "../failure"
import { refusalSentence } from "../sentences"
import type { Result } from "./protocol"

const title = "Claude Code"

/** Returns the cost in USD of this session alone, or null if the CLI doesn't report it. */
export function costOf(result: Result): number | null {
  const { model_usage_since_last_result: since, total_cost_usd: total = null } = result
  return since ? Object.values(since).reduce((sum, { costUSD }) => sum + costUSD, 0) : total
}

/** Returns the error of a failed session. `resets_at` is when the limit ends, in Unix seconds. */
export function resultError(result: Result, model: string, resets_at: number | undefined) {
  const { session_id, num_turns, terminal_reason: reason } = result
  const spent = {
    session_id,
    num_turns,
    usage: result.usage ? usageOf(result.usage) : null,
    cost_usd: costOf(result),
  }
  if (reason === "max_turns" || reason === "budget_exhausted") {
    const limit = reason === "max_turns" ? "its turn limit" : "its budget"
    const sentence = `${title} reached ${limit} after ${num_turns} turns, before it was done.`
    return new AppError("AgentExecutionError", sentence, { ...spent, limit: reason })
  }
  const said = result.result ?? result.errors?.join(" ") ?? result.subtype
  const loggedOut = /not logged in|run \/login/i.test(said) ? 401 : null
  const status = result.api_error_status ?? loggedOut
  const wait = waitOf(said, resets_at)
  return llmError(sentenceOf(status, said, wait.retry_after_s), {
    ...{ provider: "claude-code", model, status, type: result.api_error_type ?? null },
    retryable: isTransient(status, result.api_error_type) || isLost(result, said),
    ...wait,
    ...spent,
  })
}

function sentenceOf(status: number | null, said: string, retry_after_s: number | undefined) {
  if (status === 401 || status === 403) {
    return `${title} isn't logged in: run claude auth login, or set ANTHROPIC_API_KEY. It says: ${said}`
  }
  if (status === null) return `${title} failed. It says: ${said}`
  return refusalSentence({ title }, { status, said, retry_after_s })
}

function isLost({ api_error_status: status, api_error }: Result, said: string): boolean {
  return !status && (api_error === "connection_failed" || /timed out/i.test(said))
}

/** Returns the wait for a subscription's limit, from its event or the time after `|` in its text. */
function waitOf(said: string, resets_at: number | undefined): { retry_after_s?: number } {
  const at = resets_at ?? Number(/\|(\d{10})\b/.exec(said)?.[1])
  if (!Number.isFinite(at)) return {}
  return { retry_after_s: Math.max(0, Math.ceil(at - Date.now() / 1000)) }
}

export type Silence = { stalled_ms?: number; timeout_ms?: number | undefined }

/** Returns the error of a session without a result: it stalled, timed out or exited. */
export function silenceError(
  { code, signal, cause }: Exit,
  stderr: string,
  model: string,
  { stalled_ms, timeout_ms }: Silence,
): AppError {
  const details = { provider: "claude-code", model, status: null } as const
  if (stalled_ms !== undefined) {
    const sentence = `${title} stalled: no output for ${Math.round(stalled_ms / 1000)} s.`
    return llmError(sentence, { ...details, retryable: true, stalled: true })
  }
  if (cause === "timeout") {
    const seconds = Math.round((timeout_ms ?? 0) / 1000)
    const sentence = `${title} took longer than ${seconds} s: raise CLAUDE_CODE_TIMEOUT.`
    return llmError(sentence, { ...details, retryable: false })
  }
  const how = signal ? `was killed by ${signal}` : `exited with code ${code}`
  const said = stderr ? ` It says: ${stderr}` : ""
  // It would refuse the same request again, for example an unknown session.
  const retryable = signal !== null || code === 0
  return llmError(`${title} ${how} without a result.${said}`, { ...details, retryable })
}

export function absentError(why: string, model: string): AppError {
  const details = { provider: "claude-code", model, status: null, retryable: false } as const
  const sentence = `${redact(why).replace(/\.$/, "")}. Install Claude Code, or set CLAUDE_CODE_PATH.`
  return llmError(sentence, details)
}

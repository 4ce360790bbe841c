import { AppError } from "../../../platform/errors"
import type { Exit } from "../../../platform/processes/child"
import { isTransient, llmError, redact } from "../failure"
import type { TokenUsage } from "../model"
import { refusalSentence } from "../sentences"
import type { Result } from "./protocol"

const title = "Claude Code"

/** The API counts cached and newly cached tokens beside `input_tokens`; here `input` is all. */
export function usageOf({ usage }: Result): TokenUsage | null {
  if (!usage) return null
  const cached = usage.cache_read_input_tokens
  const cache_written = usage.cache_creation_input_tokens
  const input = usage.input_tokens + cached + cache_written
  return { input, output: usage.output_tokens, cached, cache_written }
}

/** USD of this session alone, as the CLI reckons it; null if it does not. */
export function costOf(result: Result): number | null {
  const { model_usage_since_last_result: since, total_cost_usd: total = null } = result
  return since ? Object.values(since).reduce((sum, { costUSD }) => sum + costUSD, 0) : total
}

/** What a session that ended with an error says; `resets_at` is when the limit ends, in s. */
export function resultError(result: Result, model: string, resets_at: number | undefined) {
  const { session_id, num_turns, terminal_reason: reason } = result
  const spent = { session_id, num_turns, usage: usageOf(result), cost_usd: costOf(result) }
  if (reason === "max_turns" || reason === "budget_exhausted") {
    const limit = reason === "max_turns" ? "its limit of turns" : "its budget"
    const sentence = `${title} stopped at ${limit} after ${num_turns} turns, before it was done.`
    return new AppError("AgentExecutionError", sentence, { ...spent, limit: reason })
  }
  const said = result.result ?? result.errors?.join(" ") ?? result.subtype
  const status = result.api_error_status ?? null
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
    return `${title} is not let in: run claude once to log in, or set ANTHROPIC_API_KEY. It says: ${said}`
  }
  if (status === null) return `${title} failed. It says: ${said}`
  return refusalSentence({ title }, { status, said, retry_after_s })
}

/** Whether the connection failed and not the request. */
function isLost({ api_error_status: status, api_error }: Result, said: string): boolean {
  return !status && (api_error === "connection_failed" || /timed out/i.test(said))
}

/** A subscription's limit tells when it ends in an event, or after a bar at the end of its text. */
function waitOf(said: string, resets_at: number | undefined): { retry_after_s?: number } {
  const at = resets_at ?? Number(/\|(\d{10})\b/.exec(said)?.[1])
  if (!Number.isFinite(at)) return {}
  return { retry_after_s: Math.max(0, Math.ceil(at - Date.now() / 1000)) }
}

export type Silence = { stalled_ms?: number; timeout_ms?: number | undefined }

/** Why there is no result: it stood still, took too long, or ended with what it wrote to stderr. */
export function silenceError(
  { code, signal, cause }: Exit,
  stderr: string,
  model: string,
  { stalled_ms, timeout_ms }: Silence,
): AppError {
  const details = { provider: "claude-code", model, status: null } as const
  if (stalled_ms !== undefined) {
    const sentence = `${title} stalled: it said nothing for ${Math.round(stalled_ms / 1000)} s.`
    return llmError(sentence, { ...details, retryable: true, stalled: true })
  }
  if (cause === "timeout") {
    const seconds = Math.round((timeout_ms ?? 0) / 1000)
    const sentence = `${title} took longer than ${seconds} s: raise CLAUDE_CODE_TIMEOUT.`
    return llmError(sentence, { ...details, retryable: false })
  }
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`
  const said = stderr ? ` It says: ${stderr}` : ""
  // What it refuses, such as a session that it does not know, it refuses again.
  const retryable = signal !== null || code === 0
  return llmError(`${title} ${how} and gave no result.${said}`, { ...details, retryable })
}

/** It is not there or can't be executed. */
export function absentError(why: string, model: string): AppError {
  const details = { provider: "claude-code", model, status: null, retryable: false } as const
  const sentence = `${redact(why).replace(/\.$/, "")}. Install Claude Code, or set CLAUDE_CODE_PATH.`
  return llmError(sentence, details)
}

import { APIError } from "openai"
import type { AppError } from "../../platform/errors"
import { isTransient, llmError, retryAfter } from "./failure"
import type { Answered } from "./model"
import { refusalSentence, unfinished } from "./sentences"
import { refusesTools } from "./tools"

const named = { title: "OpenRouter", key_setting: "OPENROUTER_API_KEY" }

/** Turns an OpenRouter error into an AppError. Returns anything else unchanged. */
export function toAppError(thrown: unknown, model: string): unknown {
  if (!(thrown instanceof APIError) || (thrown.status === undefined && !thrown.error)) return thrown
  const status = statusOf(thrown)
  const wait = retryAfter(thrown.headers)
  const { message } = Object(thrown.error)
  const said = typeof message === "string" ? message : null
  return llmError(refusalSentence(named, { status, said, ...wait }), {
    provider: "openrouter",
    model,
    status,
    request_id: thrown.requestID ?? null,
    retryable: isRetryable(status, said ?? "", wait.retry_after_s),
    ...wait,
  })
}

/** Returns the HTTP status. An error inside a stream has it in its `code`. */
function statusOf({ status, error }: APIError): number | null {
  const code = status ?? Number(Object(error).code)
  return Number.isInteger(code) ? code : null
}

/** Used-up credit comes back by itself only if OpenRouter says when. */
function isRetryable(status: number | null, said: string, wait: number | undefined): boolean {
  if (status === 402) return wait !== undefined
  if (status === 429 && /spend(ing)? limit|insufficient_quota|credit/i.test(said)) return false
  return status === null || isTransient(status)
}

/** Parts of a request that a model may not support, and is then asked without. */
export type Refusable = "schema" | "tools"

/** Returns the part that made the model refuse the request, if it was one of these. */
export function refusedPart(thrown: unknown): Refusable | undefined {
  if (!(thrown instanceof APIError)) return undefined
  const said = JSON.stringify(thrown.error ?? "")
  if (refusesTools(thrown.status, said)) return "tools"
  const isRefusal = [400, 404, 422].includes(Number(thrown.status))
  const ofSchema = /response_format|json_schema|structured.output/i.test(said)
  return isRefusal && ofSchema ? "schema" : undefined
}

export function stopError(finished: string | null, answered: Answered): AppError | undefined {
  if (finished === "stop") return undefined
  const { model, usage, request_id } = answered
  const details = { provider: "openrouter", model, status: null, usage, request_id } as const
  const retryable = finished === null || finished === "error"
  return llmError(whyUnfinished(finished), { ...details, stop_reason: finished, retryable })
}

function whyUnfinished(finished: string | null): string {
  if (finished === null) return "OpenRouter's answer broke off before it was complete."
  if (finished === "length") return unfinished.tokens
  if (finished === "content_filter") return unfinished.refused
  if (finished === "error") return refusalSentence(named, { status: null })
  return unfinished.other(finished)
}

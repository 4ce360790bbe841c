import { type Anthropic, APIError } from "@anthropic-ai/sdk"
import type { AppError } from "../../platform/errors"
import { isTransient, llmError, retryAfter } from "./failure"
import type { TokenUsage } from "./model"
import { refusalSentence, unfinished } from "./sentences"

const named = { title: "Anthropic", key_setting: "ANTHROPIC_API_KEY" }

/** Turns an API error into an AppError, without `cause`, which could quote the key. */
export function toAppError(thrown: unknown, model: string): unknown {
  if (!(thrown instanceof APIError)) return thrown
  // The SDK uses the same class for connection errors.
  if (thrown.status === undefined && thrown.type === null) return thrown
  const status = thrown.status ?? null
  // A 429 that waiting doesn't fix: someone has to raise the limit.
  const limited = /\w*spend_limit_reached/.test(JSON.stringify(thrown.error ?? null))
  const wait = retryAfter(thrown.headers)
  const said = thrown.apiMessage
  const sentence = limited
    ? `This Anthropic organization has reached its spend limit. It says: ${said}`
    : refusalSentence(named, { status, said, ...wait })
  return llmError(sentence, {
    provider: "anthropic",
    model,
    status,
    type: thrown.type,
    request_id: thrown.requestID ?? null,
    retryable: isTransient(status, thrown.type) && !limited,
    ...wait,
  })
}

/** Returns why a message that stopped is incomplete, or undefined if it is complete. */
export function stopError(message: Anthropic.Message, usage: TokenUsage): AppError | undefined {
  const { model, stop_reason } = message
  if (stop_reason === "end_turn" || stop_reason === "stop_sequence") return undefined
  const details = { provider: "anthropic", model, status: null, stop_reason, usage } as const
  return llmError(whyUnfinished(message), { ...details, retryable: stop_reason === null })
}

function whyUnfinished({ stop_reason: reason, stop_details }: Anthropic.Message): string {
  if (reason === null) return "Anthropic's answer broke off before it was complete."
  if (reason === "max_tokens") return unfinished.tokens
  if (reason === "model_context_window_exceeded") return unfinished.context
  if (reason !== "refusal") return unfinished.other(reason)
  const explanation = stop_details?.type === "refusal" ? stop_details.explanation : null
  return unfinished.refused + (explanation ? ` It says: ${explanation}` : "")
}

import { type Anthropic, APIError } from "@anthropic-ai/sdk"
import type { AppError } from "../../platform/errors"
import { isTransient, llmError, retryAfter } from "./failure"
import type { TokenUsage } from "./model"
import { refusalSentence, unfinished } from "./sentences"

const named = { title: "Anthropic", key_setting: "ANTHROPIC_API_KEY" }

/**
 * Turns an API error into an AppError. Returns anything else unchanged. Sets no `cause`, since that
 * could quote the key.
 */
export function toAppError(thrown: unknown, model: string): unknown {
  if (!(thrown instanceof APIError) || !isFromApi(thrown)) return thrown
  const status = thrown.status ?? null
  const limited = isSpendLimit(thrown)
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

/** True if the API sent the error. The SDK uses the same class for connection errors. */
function isFromApi({ status, type }: APIError): boolean {
  return status !== undefined || type !== null
}

/** True for a spend limit: a 429 that waiting doesn't fix. Someone has to raise the limit. */
function isSpendLimit({ error }: APIError): boolean {
  return /\w*spend_limit_reached/.test(JSON.stringify(error ?? null))
}

/** Returns why a message that stopped is incomplete, or undefined if it is complete. */
export function stopError(message: Anthropic.Message, usage: TokenUsage): AppError | undefined {
  const { model, stop_reason } = message
  const sentence = whyUnfinished(message)
  if (!sentence) return undefined
  const details = { provider: "anthropic", model, status: null, stop_reason, usage } as const
  return llmError(sentence, { ...details, retryable: stop_reason === null })
}

function whyUnfinished(message: Anthropic.Message): string | undefined {
  switch (message.stop_reason) {
    case "end_turn":
    case "stop_sequence":
      return undefined
    case "max_tokens":
      return unfinished.tokens
    case "model_context_window_exceeded":
      return unfinished.context
    case "refusal":
      return unfinished.refused + refusalReason(message)
    case null:
      return "Anthropic's answer broke off before it was complete."
    default:
      return unfinished.other(message.stop_reason)
  }
}

function refusalReason({ stop_details }: Anthropic.Message): string {
  const explanation = stop_details?.type === "refusal" ? stop_details.explanation : null
  return explanation ? ` It says: ${explanation}` : ""
}

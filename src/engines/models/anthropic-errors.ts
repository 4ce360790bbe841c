import { type Anthropic, APIError } from "@anthropic-ai/sdk"
import type { AppError } from "../../platform/errors"
import { isTransient, llmError, retryAfter } from "./failure"
import type { TokenUsage } from "./model"
import { refusalSentence, unfinished } from "./sentences"

const named = { title: "Anthropic", key_setting: "ANTHROPIC_API_KEY" }

/**
 * The API's error as a sentence; what is none of its errors stays as it is. It carries no `cause`:
 * that could quote the key.
 */
export function toAppError(thrown: unknown, model: string): unknown {
  if (!(thrown instanceof APIError) || !isSaid(thrown)) return thrown
  const status = thrown.status ?? null
  const limited = isSpendLimit(thrown)
  const wait = retryAfter(thrown.headers)
  const said = thrown.apiMessage
  const sentence = limited
    ? `The spend limit of this Anthropic organization is reached. It says: ${said}`
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

/** Whether the API said it: the SDK's class also holds what it found on the line itself. */
function isSaid({ status, type }: APIError): boolean {
  return status !== undefined || type !== null
}

/** A spend limit is a 429 that no waiting mends: someone has to raise it. */
function isSpendLimit({ error }: APIError): boolean {
  return /\w*spend_limit_reached/.test(JSON.stringify(error ?? null))
}

/** The error of a message that did stop but is still no whole answer; undefined if it is one. */
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
      return "Anthropic's answer broke off before it was whole."
    default:
      return unfinished.other(message.stop_reason)
  }
}

function refusalReason({ stop_details }: Anthropic.Message): string {
  const explanation = stop_details?.type === "refusal" ? stop_details.explanation : null
  return explanation ? ` It says: ${explanation}` : ""
}

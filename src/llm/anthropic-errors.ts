import { type Anthropic, APIError } from "@anthropic-ai/sdk"
import type { AppError } from "../errors"
import { isTransient, llmError, retryAfter } from "./failure"
import type { TokenUsage } from "./model"

/**
 * The API's error as a sentence; what is none of its errors stays as it is. It carries no `cause`:
 * that could quote the key.
 */
export function toAppError(thrown: unknown, model: string): unknown {
  if (!(thrown instanceof APIError) || !isSaid(thrown)) return thrown
  const status = thrown.status ?? null
  const limited = isSpendLimit(thrown)
  const wait = retryAfter(thrown.headers)
  return llmError(sentenceFor(thrown, limited, wait.retry_after_s), {
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

function sentenceFor(error: APIError, limited: boolean, wait: number | undefined): string {
  const said = error.apiMessage ? ` It says: ${error.apiMessage}` : ""
  if (limited) return `The spend limit of this Anthropic organization is reached.${said}`
  if (error.status === undefined) return `Anthropic ended the answer with an error.${said}`
  switch (error.status) {
    case 401:
      return "Anthropic refused the API key: check ANTHROPIC_API_KEY."
    case 403:
      return `This ANTHROPIC_API_KEY may not do that.${said}`
    case 404:
      return `Anthropic does not know this model, or the key may not use it.${said}`
    case 413:
      return "The request is larger than Anthropic takes: use fewer or shorter documents."
    case 429:
      return `Anthropic's rate limit is reached${wait ? `; it opens in ${wait} s` : ""}.${said}`
    case 529:
      return "Anthropic is overloaded: try again later."
  }
  if (error.status >= 500) return `Anthropic failed with status ${error.status}.${said}`
  return `Anthropic refused the request with status ${error.status}.${said}`
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
      return "The answer was cut off at the limit of output tokens: raise max_tokens."
    case "model_context_window_exceeded":
      return "The answer was cut off where the model's context window ends: give it less to read."
    case "refusal":
      return `The model refused to answer.${refusalReason(message)}`
    case null:
      return "Anthropic's answer broke off before it was whole."
    default:
      return `The model stopped for a reason that Amelia did not ask for: ${message.stop_reason}.`
  }
}

function refusalReason({ stop_details }: Anthropic.Message): string {
  const explanation = stop_details?.type === "refusal" ? stop_details.explanation : null
  return explanation ? ` It says: ${explanation}` : ""
}

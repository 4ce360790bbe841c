import {
  type Anthropic,
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
} from "@anthropic-ai/sdk"
import { AppError, messageOf } from "../errors"

/** What an error of this provider tells besides its sentence. */
type Failure = { model: string; retries: number; stalled_after_ms: number | null }

const spendLimit = /\w*spend_limit_reached/
const transientTypes = ["overloaded_error", "api_error", "timeout_error", "rate_limit_error"]

/** Seconds until the API wants to be asked again, from `retry-after-ms` or `retry-after`. */
export function retryAfter(headers: Headers): number | undefined {
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "")
  if (milliseconds >= 0) return milliseconds / 1000
  const value = headers.get("retry-after")
  if (value === null) return undefined
  const seconds = /^[\d.]+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined
}

/** A spend limit is a 429 that no waiting mends: someone has to raise it. */
export function isSpendLimit(text: string): boolean {
  return spendLimit.test(text)
}

/** A key that a server quotes back must not reach a log, a page or an event. */
export function redact(text: string): string {
  return text.replace(/sk-[\w-]{4,}/g, (key) => `sk-…${key.slice(-4)}`)
}

/** The SDK's error as a sentence. It carries no `cause` of the API: that could quote the key. */
export function toAppError(thrown: unknown, failure: Failure): AppError {
  const { model, retries, stalled_after_ms } = failure
  const details = { provider: "anthropic", model, retries, status: null }
  if (stalled_after_ms !== null) {
    const seconds = Math.round(stalled_after_ms / 1000)
    const sentence = `Anthropic's stream stalled: nothing arrived for ${seconds} s.`
    return new AppError("LLMAPIError", sentence, { ...details, stalled: true, retryable: true })
  }
  if (thrown instanceof APIConnectionTimeoutError) {
    const sentence = "Anthropic did not begin to answer in time."
    return new AppError("LLMAPIError", sentence, { ...details, retryable: true })
  }
  if (thrown instanceof APIConnectionError) {
    const sentence = "Anthropic can't be reached: check the network and ANTHROPIC_BASE_URL."
    const cause = redact(messageOf(thrown.cause ?? thrown))
    return new AppError("LLMAPIError", sentence, { ...details, cause, retryable: true })
  }
  if (thrown instanceof APIError) return apiError(thrown, details)
  const sentence = "Anthropic's stream broke off before the answer was whole."
  const cause = redact(messageOf(thrown))
  return new AppError("LLMAPIError", sentence, { ...details, cause, retryable: true })
}

function apiError(error: APIError, common: Record<string, unknown>): AppError {
  const status = error.status ?? null
  const limited = isSpendLimit(JSON.stringify(error.error ?? null))
  const transient =
    status === null
      ? transientTypes.includes(error.type ?? "")
      : status === 408 || status === 409 || status === 429 || status >= 500
  const wait = error.headers && retryAfter(error.headers)
  return new AppError("LLMAPIError", redact(sentenceFor(error, limited, wait)), {
    ...common,
    status,
    type: error.type,
    request_id: error.requestID ?? null,
    retryable: transient && !limited,
    ...(wait === undefined ? {} : { retry_after_s: wait }),
  })
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

/** Why a message that did stop is still no whole answer; undefined if it is one. */
export function whyUnfinished(message: Anthropic.Message): string | undefined {
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
      return "Anthropic's stream broke off before the answer was whole."
    default:
      return `The model stopped for a reason that Amelia did not ask for: ${message.stop_reason}.`
  }
}

function refusalReason({ stop_details }: Anthropic.Message): string {
  const explanation = stop_details?.type === "refusal" ? stop_details.explanation : null
  return explanation ? ` It says: ${explanation}` : ""
}

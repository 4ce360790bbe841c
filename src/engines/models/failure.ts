import { AppError } from "../../platform/errors"
import type { ProviderName } from "./model"

/** The details of every failed call. Providers may add more. */
export type FailureDetails = {
  provider: ProviderName
  model: string
  /** The HTTP status, or the one that an error inside a stream names; otherwise null. */
  status: number | null
  retryable: boolean
  /** The pause that the provider asks for. */
  retry_after_s?: number
  [more: string]: unknown
}

/** Creates the error of a failed call. Redacts keys, even those that a server quotes back. */
export function llmError(sentence: string, details: FailureDetails): AppError {
  return new AppError("LLMAPIError", redact(sentence), details)
}

/** Creates the error of a service that can't be asked. `refuses`: it has no valid key or login. */
export function unusable(provider: ProviderName, reason: string, refuses = false): AppError {
  return llmError(reason, { provider, model: "", status: refuses ? 401 : null, retryable: false })
}

export function redact(text: string): string {
  return text.replace(/sk-[\w-]{4,}/g, (key) => `sk-…${key.slice(-4)}`)
}

/** Returns the message of an error below the protocol, such as a reset connection. */
export function causeOf(thrown: unknown): string {
  const { cause, message } = thrown instanceof Error ? thrown : new Error(String(thrown))
  return redact(cause instanceof Error ? cause.message : message)
}

/** True if the failure shows an unhealthy service, unlike a limit or a refused request. */
export function speaksOfService({ details }: AppError): boolean {
  const { retryable, status, type } = details
  return retryable === true && ![402, 409, 429].includes(Number(status)) && type !== limitType
}

const limitType = "rate_limit_error"
const transientTypes: unknown[] = ["overloaded_error", "api_error", "timeout_error", limitType]

/** True if a retry may succeed after this status or, without a status, this error type. */
export function isTransient(status: number | null, type?: unknown): boolean {
  if (status === null) return transientTypes.includes(type)
  return [408, 409, 429].includes(status) || status >= 500
}

/** Reads the pause that a service asks for from `retry-after-ms` or `retry-after`. */
export function retryAfter(headers: Headers | undefined): { retry_after_s?: number } {
  const milliseconds = Number.parseFloat(headers?.get("retry-after-ms") ?? "")
  if (milliseconds >= 0) return { retry_after_s: milliseconds / 1000 }
  const value = headers?.get("retry-after") ?? ""
  const seconds = /^[\d.]+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? { retry_after_s: Math.max(0, Math.ceil(seconds)) } : {}
}

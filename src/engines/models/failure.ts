import { AppError } from "../../platform/errors"
import type { ProviderName } from "./model"

/** What every failed call tells besides its sentence; providers add what they know. */
export type FailureDetails = {
  provider: ProviderName
  model: string
  /** Of the HTTP answer, or what an error inside a stream says that it would be; else null. */
  status: number | null
  /** Whether the same request can succeed later. */
  retryable: boolean
  /** The pause that the provider asks for. */
  retry_after_s?: number
  [more: string]: unknown
}

/** A failed call. Its texts are free of keys, also of those that a server quotes back. */
export function llmError(sentence: string, details: FailureDetails): AppError {
  return new AppError("LLMAPIError", redact(sentence), details)
}

/** A text of someone else without the keys in it. */
export function redact(text: string): string {
  return text.replace(/sk-[\w-]{4,}/g, (key) => `sk-…${key.slice(-4)}`)
}

/** The text of an error below the protocol, such as a reset connection. */
export function causeOf(thrown: unknown): string {
  const { cause, message } = thrown instanceof Error ? thrown : new Error(String(thrown))
  return redact(cause instanceof Error ? cause.message : message)
}

/**
 * Whether a failure speaks of the service's health. A limit, a conflict and a refused request do
 * not: a service that gives such an answer works.
 */
export function speaksOfService({ details }: AppError): boolean {
  const { retryable, status, type } = details
  return retryable === true && ![402, 409, 429].includes(Number(status)) && type !== limitType
}

const limitType = "rate_limit_error"
const transientTypes: unknown[] = ["overloaded_error", "api_error", "timeout_error", limitType]

/** Whether an answer of this status, or without one an error of this type, may be another later. */
export function isTransient(status: number | null, type?: unknown): boolean {
  if (status === null) return transientTypes.includes(type)
  return [408, 409, 429].includes(status) || status >= 500
}

/** Seconds until a service wants to be asked again, from `retry-after-ms` or `retry-after`. */
export function retryAfter(headers: Headers | undefined): { retry_after_s?: number } {
  const milliseconds = Number.parseFloat(headers?.get("retry-after-ms") ?? "")
  if (milliseconds >= 0) return { retry_after_s: milliseconds / 1000 }
  const value = headers?.get("retry-after") ?? ""
  const seconds = /^[\d.]+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? { retry_after_s: Math.max(0, Math.ceil(seconds)) } : {}
}

import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import type { ErrorName } from "../errors"
import { type ErrorBody, errorBody, statusOfError } from "./errors"

/** An error as clients of OpenAI's API read it. `param` is the field of the request at fault. */
export type OpenAiError = {
  error: { message: string; type: string; param: string | null; code: string }
}

/** OpenAI's own codes. All other errors have their name here as their code. */
const codes: Partial<Record<ErrorName, string>> = {
  UnauthorizedError: "invalid_api_key",
  BudgetExceededError: "insufficient_quota",
  RateLimitError: "rate_limit_exceeded",
}

/** True for the routes whose clients expect OpenAI's protocol. */
export function speaksOpenAi(c: Context): boolean {
  return /^\/v1(\/|$)/.test(c.req.path)
}

/** Answers with an error, and tells clients that retry by themselves if that is of no use. */
export function answerOpenAiError(
  c: Context,
  thrown: unknown,
  status: ContentfulStatusCode,
): Response {
  const { details } = errorBody(c, thrown)
  if (details.retryable === false) c.header("X-Should-Retry", "false")
  return c.json(openAiError(c, thrown), status)
}

export function openAiError(c: Context, thrown: unknown): OpenAiError {
  const body = errorBody(c, thrown)
  const { error: name, message, details } = body
  const { code = codes[name] ?? name, param = paramOf(body) } = knownFault(name, details)
  return { error: { message, type: typeOf(name), param, code } }
}

/** Names the faults for which clients look. */
function knownFault(
  name: ErrorName,
  { model, window }: ErrorBody["details"],
): { param?: string; code?: string } {
  if (name === "NotFoundError" && model) return { param: "model", code: "model_not_found" }
  const isTooLong = name === "ValidationError" && window
  return isTooLong ? { param: "messages", code: "context_length_exceeded" } : {}
}

function typeOf(name: ErrorName): string {
  if (name === "BudgetExceededError") return "insufficient_quota"
  const status = statusOfError(name)
  if (status >= 500) return "server_error"
  const types: Record<number, string> = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
  }
  return types[status] ?? "invalid_request_error"
}

function paramOf({ details: { issues } }: ErrorBody): string | null {
  const [first] = Array.isArray(issues) ? issues : []
  return typeof first?.path === "string" && first.path !== "" ? first.path : null
}

import type { Context, ErrorHandler, NotFoundHandler } from "hono"
import type { Logger } from "pino"
import { AppError, asAppError, type ErrorName } from "../errors"
import { errorBody, statusOfError, wantsPage } from "./errors"
import { formAgain } from "./form-again"
import { problemsOf } from "./form-problems"
import { frameOf } from "./frame"
import { answerOpenAiError, speaksOpenAi } from "./openai-error"
import type { ErrorPage } from "./schema"

/** A status for the log; nginx uses it too. */
const CLIENT_CLOSED_REQUEST = 499

export function errorHandler(log: Logger, page: ErrorPage): ErrorHandler {
  return (error, c) => {
    if (isDisconnected(c, error)) return new Response(null, { status: CLIENT_CLOSED_REQUEST })
    if (!asAppError(error)) {
      const { requestId: request_id } = c.var
      log.error({ module: "http", event: "request.failed", request_id, err: error })
    }
    return answerError(c, error, page)
  }
}

/** True if the request failed because its client disconnected, so nobody reads the answer. */
function isDisconnected(c: Context, { name }: Error): boolean {
  return name === "AbortError" && c.req.raw.signal.aborted
}

export function notFound(page: ErrorPage): NotFoundHandler {
  return (c) => {
    const { path, method } = c.req
    const error = new AppError("NotFoundError", "There is nothing here.", { path, method })
    return answerError(c, error, page)
  }
}

async function answerError(c: Context, error: unknown, page: ErrorPage): Promise<Response> {
  const body = errorBody(c, error)
  const status = statusOfError(body.error)
  const wait = body.details.retry_after ?? (status === 503 ? 1 : undefined)
  if (typeof wait === "number") c.header("Retry-After", String(wait))
  if (speaksOpenAi(c)) return answerOpenAiError(c, error, status)
  if (!wantsPage(c)) return c.json(body, status)
  const { error: name, message, request_id } = body
  const problems = problemsOf(body)
  const again = strangers.includes(name) ? undefined : await formAgain(c, problems)
  if (again !== undefined) return c.html(again, status)
  return c.html(page({ status, name, message, request_id, problems, ...frameOf(c) }), status)
}

/** Errors of requests that no form of ours sends. */
const strangers: ErrorName[] = [
  "UnauthorizedError",
  "ForbiddenOriginError",
  "ForbiddenHostError",
  "ForbiddenActorError",
]

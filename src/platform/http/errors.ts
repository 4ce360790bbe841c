import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import { AppError, asAppError, type ErrorName } from "../errors"

const statusOf: Record<ErrorName, ContentfulStatusCode> = {
  ValidationError: 400,
  InvalidFileTypeError: 400,
  WorkflowStateError: 400,
  InvalidGitRefError: 400,
  UnauthorizedError: 401,
  BudgetExceededError: 402,
  ForbiddenOriginError: 403,
  ForbiddenHostError: 403,
  ForbiddenUrlError: 403,
  ForbiddenActorError: 403,
  NotFoundError: 404,
  DocumentNotFoundError: 404,
  AgentNotFoundError: 404,
  WorkflowNotFoundError: 404,
  RunNotFoundError: 404,
  SessionNotFoundError: 404,
  RepositoryNotFoundError: 404,
  ConcurrentModificationError: 409,
  AlreadyRunningError: 409,
  GitConflictError: 409,
  FileTooLargeError: 413,
  UnsupportedMediaTypeError: 415,
  DocumentProcessingError: 422,
  RateLimitError: 429,
  InternalServerError: 500,
  AgentExecutionError: 500,
  EmbeddingGenerationError: 500,
  ConfigurationError: 500,
  LLMAPIError: 502,
  ServiceUnavailableError: 503,
  AgentTimeoutError: 504,
  StorageQuotaExceededError: 507,
}

export type ErrorBody = {
  error: ErrorName
  message: string
  details: Record<string, unknown>
  path: string
  request_id: string
}

/** Builds the body. Unexpected errors get a fixed sentence: theirs may hold SQL or secrets. */
export function errorBody(c: Context, thrown: unknown): ErrorBody {
  const unexpected = "Something went wrong. See the log for the cause."
  const { name, message, details } =
    asAppError(thrown) ?? new AppError("InternalServerError", unexpected)
  return { error: name, message, details, path: c.req.path, request_id: c.var.requestId }
}

export function statusOfError(name: ErrorName): ContentfulStatusCode {
  return statusOf[name]
}

/** True if the answer should be a page. Routes under /api and /v1 never answer with one. */
export function wantsPage(c: Context): boolean {
  return acceptsHtml(c) && !/^\/(api|v1\/)/.test(c.req.path)
}

/** True if the client asked for HTML. Accepting anything, as curl does, gets JSON. */
export function acceptsHtml(c: Context): boolean {
  return (c.req.header("accept") ?? "").includes("text/html")
}

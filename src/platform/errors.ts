import type { Issue } from "./shapes/issue"

/** All errors that clients see by name. Only http/errors.ts knows their status codes. */
export const errorNames = [
  "ValidationError",
  "InvalidFileTypeError",
  "WorkflowStateError",
  "InvalidGitRefError",
  "UnauthorizedError",
  "BudgetExceededError",
  "ForbiddenOriginError",
  "ForbiddenHostError",
  "ForbiddenUrlError",
  "ForbiddenActorError",
  "NotFoundError",
  "DocumentNotFoundError",
  "AgentNotFoundError",
  "WorkflowNotFoundError",
  "RunNotFoundError",
  "SessionNotFoundError",
  "RepositoryNotFoundError",
  "ConcurrentModificationError",
  "AlreadyRunningError",
  "GitConflictError",
  "FileTooLargeError",
  "UnsupportedMediaTypeError",
  "DocumentProcessingError",
  "RateLimitError",
  "InternalServerError",
  "AgentExecutionError",
  "EmbeddingGenerationError",
  "LLMAPIError",
  "ServiceUnavailableError",
  "AgentTimeoutError",
  "StorageQuotaExceededError",
  "ConfigurationError",
] as const

export type ErrorName = (typeof errorNames)[number]

/**
 * A failure that its reader can act on: a name for programs, a sentence for people, and details
 * such as ids.
 */
export class AppError extends Error {
  override readonly name: ErrorName
  readonly details: Record<string, unknown>

  constructor(
    name: ErrorName,
    sentence: string,
    details: Record<string, unknown> = {},
    options?: ErrorOptions,
  ) {
    super(sentence, options)
    this.name = name
    this.details = details
  }
}

/** Returns a ValidationError about one field of the input. */
export function invalid(
  path: string,
  message: string,
  details: Record<string, unknown> = {},
  options?: ErrorOptions,
): AppError {
  const issues: Issue[] = [{ path, message }]
  return new AppError("ValidationError", message, { ...details, issues }, options)
}

/** Returns the error of a change to a version that is no longer the current one. */
export function outdated(
  noun: string,
  details: { id: string; version: number | undefined; current_version: number },
  help = `Read the ${noun} again, then change the new version.`,
): AppError {
  const sentence = `Someone else changed this ${noun} first.`
  return new AppError("ConcurrentModificationError", sentence, { ...details, help })
}

/** Returns the message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/**
 * True if it failed because something is temporarily unavailable, such as a database engine that is
 * restarting. Also finds such errors wrapped by libraries.
 */
export function isUnavailable(thrown: unknown): boolean {
  if (thrown instanceof AppError) return thrown.name === "ServiceUnavailableError"
  return thrown instanceof Error && thrown.cause !== undefined && isUnavailable(thrown.cause)
}

/**
 * Converts anything thrown to an error for the user; undefined if it is unexpected. A full disk
 * becomes StorageQuotaExceededError, even if a library wrapped it.
 */
export function asAppError(thrown: unknown): AppError | undefined {
  if (isDiskFull(thrown)) {
    const sentence = "The disk is full. Make room on the disk that holds the home, then try again."
    const help = "Delete what you don't need there, or give the user who runs Amelia more room."
    return new AppError("StorageQuotaExceededError", sentence, { help }, { cause: thrown })
  }
  return thrown instanceof AppError ? thrown : undefined
}

/** Checks the codes for a full disk and for an exceeded user quota. */
function isDiskFull(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  const { code } = thrown as NodeJS.ErrnoException
  return code === "ENOSPC" || code === "EDQUOT" || isDiskFull(thrown.cause)
}

/** Returns the issues of a ValidationError, or the sentence of any other error as one issue. */
export function issuesOf({ message, details }: AppError): Issue[] {
  return Array.isArray(details.issues) ? details.issues : [{ path: "", message }]
}

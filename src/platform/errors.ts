import type { Issue } from "./shapes/issue"
/** Every error that a client can be shown by name. http/errors.ts alone knows their status codes. */
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

/** A failure that its reader can act on: a name for programs, a sentence for people, the ids it speaks of. */
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

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/**
 * Whether it failed for want of something that comes back by itself, such as a database engine
 * that is restarted; libraries wrap that in errors of their own.
 */
export function isUnavailable(thrown: unknown): boolean {
  if (thrown instanceof AppError) return thrown.name === "ServiceUnavailableError"
  return thrown instanceof Error && thrown.cause !== undefined && isUnavailable(thrown.cause)
}

/**
 * What was thrown as an error for the user, or undefined if nobody foresaw it. Also where libraries
 * wrapped it, a full disk is StorageQuotaExceededError.
 */
export function asAppError(thrown: unknown): AppError | undefined {
  if (isDiskFull(thrown)) {
    const sentence = "The disk is full. Make room on the disk that holds the home, then try again."
    const help = "Delete what you don't need there, or give the user who runs Amelia more room."
    return new AppError("StorageQuotaExceededError", sentence, { help }, { cause: thrown })
  }
  return thrown instanceof AppError ? thrown : undefined
}

/** By the codes for no space on the disk, and for no more space for this user. */
function isDiskFull(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  const { code } = thrown as NodeJS.ErrnoException
  return code === "ENOSPC" || code === "EDQUOT" || isDiskFull(thrown.cause)
}

/** What is wrong where, of a ValidationError; its sentence alone, of any other. */
export function issuesOf({ message, details }: AppError): Issue[] {
  return Array.isArray(details.issues) ? details.issues : [{ path: "", message }]
}

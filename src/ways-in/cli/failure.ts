import { AppError, messageOf } from "../../platform/errors"
import { ApiError } from "../client/client"
import { type Context, type ExitCode, exitCodes } from "./context"

/** The command can't work with its arguments. Nothing was started. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}

/** The person pressed Ctrl-C. `message` says what happens to the work, and was already printed. */
export class Interrupted extends Error {
  override readonly name = "Interrupted"
}

/** Prints a failure to stderr, with --json also to stdout as JSON. Returns the exit code. */
export async function reportFailure(
  { terminal }: Context,
  error: unknown,
  json: boolean,
): Promise<ExitCode> {
  const name = error instanceof Error ? error.name : "Error"
  const details = error instanceof ApiError || error instanceof AppError ? error.details : {}
  const message = sentence(error)
  if (!(error instanceof Interrupted)) terminal.err(`${message}\n`)
  for (const line of issueLines(error)) terminal.err(`  ${line}\n`)
  const { help } = details
  if (typeof help === "string" && !message.includes(help)) terminal.err(`${help}\n`)
  if (json) await terminal.out(`${JSON.stringify({ error: name, message, details })}\n`)
  return exitCode(error)
}

function sentence(error: unknown): string {
  if (error instanceof ApiError && error.status >= 500 && error.request_id) {
    return `${error.message} (request ${error.request_id})`
  }
  const isNetwork =
    error instanceof Error && "code" in error && /Connection|ECONN/.test(`${error.code}`)
  return isNetwork ? `The server stopped responding: ${error.message}` : messageOf(error)
}

/** Returns a line for each issue in the details that the message doesn't already contain. */
function issueLines(error: unknown): string[] {
  const hasDetails = error instanceof ApiError || error instanceof AppError
  if (!hasDetails || !Array.isArray(error.details.issues)) return []
  const issues: { path?: unknown; message?: unknown }[] = error.details.issues
  const unmentioned = issues.filter(({ message }) => !error.message.includes(String(message)))
  return unmentioned.map((issue) => {
    const path = Array.isArray(issue.path) ? issue.path.join(".") : String(issue.path ?? "")
    return path ? `${path}: ${issue.message}` : String(issue.message)
  })
}

function exitCode(error: unknown): ExitCode {
  if (error instanceof Interrupted) return exitCodes.interrupted
  if (error instanceof UsageError) return exitCodes.usage
  if (error instanceof AppError && error.name === "ConfigurationError") return exitCodes.usage
  const hasDetails = error instanceof ApiError || error instanceof AppError
  if (hasDetails && error.name === "ValidationError") return exitCodes.usage
  return exitCodes.failed
}

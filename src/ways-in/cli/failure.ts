import { AppError, messageOf } from "../../platform/errors"
import { ApiError } from "../client/client"
import { type Context, type ExitCode, exitCodes } from "./context"

/** The command was given something that it can't work with; nothing was started. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}

/** The person ended the command; `message` says what becomes of what it had begun, and was shown. */
export class Interrupted extends Error {
  override readonly name = "Interrupted"
}

/** Says a failure on stderr, with --json also as an object on stdout, and gives the exit code. */
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
  if (json) await terminal.out(`${JSON.stringify({ error: name, message, details })}\n`)
  return exitCode(error)
}

function sentence(error: unknown): string {
  if (error instanceof ApiError && error.status >= 500 && error.request_id) {
    return `${error.message} (request ${error.request_id})`
  }
  const isNetwork =
    error instanceof Error && "code" in error && /Connection|ECONN/.test(`${error.code}`)
  return isNetwork ? `The server no longer answers: ${error.message}` : messageOf(error)
}

/** Issues are listed in the details; a ConfigurationError's sentence has them already. */
function issueLines(error: unknown): string[] {
  const isTold = error instanceof ApiError || error instanceof AppError
  if (!isTold || !Array.isArray(error.details.issues)) return []
  const issues: { path?: unknown; message?: unknown }[] = error.details.issues
  const untold = issues.filter(({ message }) => !error.message.includes(String(message)))
  return untold.map((issue) => {
    const path = Array.isArray(issue.path) ? issue.path.join(".") : String(issue.path ?? "")
    return path ? `${path}: ${issue.message}` : String(issue.message)
  })
}

function exitCode(error: unknown): ExitCode {
  if (error instanceof Interrupted) return exitCodes.interrupted
  if (error instanceof UsageError) return exitCodes.usage
  if (error instanceof AppError && error.name === "ConfigurationError") return exitCodes.usage
  const isTold = error instanceof ApiError || error instanceof AppError
  if (isTold && error.name === "ValidationError") return exitCodes.usage
  return exitCodes.failed
}

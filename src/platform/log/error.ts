import { AppError } from "../errors"

/** Serializes an error. A query's message quotes the user's data, so only its cause is logged. */
export function errorForLog(thrown: unknown, depth = 0): unknown {
  if (!(thrown instanceof Error)) return thrown
  const isQuery = isQueryError(thrown)
  const cause = depth < 5 ? errorForLog(thrown.cause, depth + 1) : undefined
  const code = "code" in thrown ? thrown.code : undefined
  return {
    type: thrown.name,
    message: sentenceOf(thrown),
    ...(code === undefined ? {} : { code }),
    ...(thrown instanceof AppError ? { details: thrown.details } : {}),
    ...(isQuery ? {} : { stack: thrown.stack }),
    ...(cause === undefined ? {} : { cause }),
  }
}

function isQueryError(error: Error): boolean {
  return "query" in error
}

function sentenceOf(error: Error): string {
  return isQueryError(error) ? "A database query failed." : error.message
}

/**
 * Puts the event where pino expects the message; callers may also pass it as a field. An error
 * without an event gets a safe sentence, because pino would quote its message.
 */
export function withEvent<Args extends [unknown, string?, ...unknown[]]>(args: Args): Args {
  const [first, message, ...more] = args
  if (typeof first !== "object" || first === null) return args
  const bound = first instanceof Error ? { err: first } : first
  if ("event" in bound && typeof bound.event === "string") {
    const { event, ...rest } = bound
    return [message === undefined ? rest : { ...rest, message }, event] as unknown[] as Args
  }
  const error = "err" in bound ? bound.err : undefined
  if (message !== undefined || !(error instanceof Error))
    return [bound, message, ...more] as unknown[] as Args
  return [bound, sentenceOf(error)] as unknown[] as Args
}

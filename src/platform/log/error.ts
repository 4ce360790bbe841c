import { AppError } from "../errors"

/**
 * An error as it may stand in a log. A query's error quotes its SQL and parameters, which are the
 * user's data: of those only the cause is kept.
 */
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
  return isQueryError(error) ? "A query of the database failed." : error.message
}

/**
 * The arguments of a log call with its event in the place of pino's message: it may also be given
 * as a field. An error without an event gets one here, since pino would quote its message.
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

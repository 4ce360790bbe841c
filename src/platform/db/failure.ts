import { AppError } from "../errors"
import type { Db } from "./db"

/**
 * A query that the database refused. Its message names the kind of failure and what of our schema
 * it concerns, never SQL, parameters or what the database says of them: those are the user's data.
 */
export class QueryError extends Error {
  override readonly name = "QueryError"
  /** PostgreSQL's SQLSTATE, if it was PostgreSQL that refused. */
  readonly code: string | undefined
  /** The name of the constraint that it would have broken. */
  readonly constraint: string | undefined

  constructor(cause: unknown) {
    const { code, table_name, constraint_name } = fieldsOf(cause)
    const known = { SQLSTATE: code, table: table_name, constraint: constraint_name }
    const facts = Object.entries(known).flatMap(([key, value]) =>
      value ? [`${key} ${value}`] : [],
    )
    super(`A query of the database failed${facts.length ? ` (${facts.join(", ")})` : ""}.`, {
      cause,
    })
    this.code = code
    this.constraint = constraint_name
  }
}

type Session = { prepareQuery(...args: unknown[]): Prepared }
type Prepared = {
  queryWithCache(sql: string, params: unknown[], run: () => Promise<unknown>): Promise<unknown>
}

/**
 * The same database, whose queries fail with what `failureOf` makes of the driver's errors, also in
 * its transactions. Drizzle would put SQL and parameters in the message of each, in the function
 * that is replaced here, through which all its queries go.
 */
export function withReadableFailures<D extends Db>(db: D): D {
  const { session } = db as unknown as { session: Session }
  const prepare = session.prepareQuery.bind(session)
  session.prepareQuery = (...args) => {
    const prepared = prepare(...args)
    if (!prepared.queryWithCache) throw new Error("Drizzle's queries are not those we know.")
    prepared.queryWithCache = (_sql, _params, run) => readable(run(), asQueryError)
    return prepared
  }
  const transaction = db.transaction.bind(db)
  db.transaction = (work, config) =>
    readable(transaction((tx) => work(withReadableFailures(tx)), config))
  return db
}

async function readable<T>(promise: Promise<T>, otherwise = same): Promise<T> {
  return promise.catch((thrown: unknown) => {
    const failure = failureOf(thrown)
    throw failure === thrown ? otherwise(thrown) : failure
  })
}

const same = (thrown: unknown) => thrown

/** The driver quotes a parameter that it can't send. */
function asQueryError(thrown: unknown): unknown {
  return thrown instanceof AppError ? thrown : new QueryError(thrown)
}

/**
 * What is told of an error that a query met: StorageQuotaExceededError for a full disk,
 * ServiceUnavailableError for a database that is not there, QueryError for anything else of
 * PostgreSQL. What the database has no part in stays as it is.
 */
export function failureOf(thrown: unknown): unknown {
  const { code, severity } = fieldsOf(thrown)
  if (code === "53100") return diskFull(thrown)
  if (/^(CONNECT|ECONN|57P0|53300)/.test(code ?? "")) {
    const sentence = `The database can't be reached now (${code}); please try again.`
    return new AppError("ServiceUnavailableError", sentence, { code }, { cause: thrown })
  }
  return severity === undefined ? thrown : new QueryError(thrown)
}

/** What a write fails with while there is no room for it; nothing of it was stored. */
export function diskFull(cause?: unknown): AppError {
  const sentence = "The disk that holds the database is full; please make room and try again."
  const help = "Delete what is not needed any more on that disk, or give it more room."
  return new AppError("StorageQuotaExceededError", sentence, { help }, { cause })
}

type Fields = Partial<
  Record<"code" | "severity" | "table_name" | "constraint_name", string | undefined>
>

function fieldsOf(thrown: unknown): Fields {
  return thrown instanceof Error ? (thrown as Fields) : {}
}

import { AppError } from "../errors"
import type { Db } from "./db"

/**
 * A query that the database rejected. Its message names the kind of failure and the part of our
 * schema. It never contains SQL, parameters or the database's message: those are the user's data.
 */
export class QueryError extends Error {
  override readonly name = "QueryError"
  /** PostgreSQL's SQLSTATE, if PostgreSQL rejected the query. */
  readonly code: string | undefined
  /** The constraint that the query would have violated. */
  readonly constraint: string | undefined

  constructor(cause: unknown) {
    const { code, table_name, constraint_name } = fieldsOf(cause)
    const known = { SQLSTATE: code, table: table_name, constraint: constraint_name }
    const facts = Object.entries(known).flatMap(([key, value]) =>
      value ? [`${key} ${value}`] : [],
    )
    super(`A database query failed${facts.length ? ` (${facts.join(", ")})` : ""}.`, {
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
 * Returns the database with errors converted by `failureOf`, also in its transactions. Replaces the
 * function through which drizzle runs all queries, because drizzle would put SQL and parameters in
 * the error messages.
 */
export function withReadableFailures<D extends Db>(db: D): D {
  const { session } = db as unknown as { session: Session }
  const prepare = session.prepareQuery.bind(session)
  session.prepareQuery = (...args) => {
    const prepared = prepare(...args)
    if (!prepared.queryWithCache)
      throw new Error("Drizzle's query objects have changed: update withReadableFailures.")
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

/** The driver quotes parameters that it can't send. */
function asQueryError(thrown: unknown): unknown {
  return thrown instanceof AppError ? thrown : new QueryError(thrown)
}

/**
 * Converts an error of a query: StorageQuotaExceededError for a full disk, ServiceUnavailableError
 * for an unreachable database, QueryError for anything else from PostgreSQL. Other errors are
 * returned unchanged.
 */
export function failureOf(thrown: unknown): unknown {
  const { code, severity } = fieldsOf(thrown)
  if (code === "53100") return diskFull(thrown)
  if (/^(CONNECT|ECONN|57P0|53300)/.test(code ?? "")) {
    const sentence = `Can't reach the database (${code}). Please try again.`
    return new AppError("ServiceUnavailableError", sentence, { code }, { cause: thrown })
  }
  return severity === undefined ? thrown : new QueryError(thrown)
}

/** The error of a write for which there is no room. Nothing of it was stored. */
export function diskFull(cause?: unknown): AppError {
  const sentence = "The disk that holds the database is full. Please make room and try again."
  const help = "Delete files that you don't need from that disk, or enlarge it."
  return new AppError("StorageQuotaExceededError", sentence, { help }, { cause })
}

type Fields = Partial<
  Record<"code" | "severity" | "table_name" | "constraint_name", string | undefined>
>

function fieldsOf(thrown: unknown): Fields {
  return thrown instanceof Error ? (thrown as Fields) : {}
}

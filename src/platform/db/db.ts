import type { PgDatabase } from "drizzle-orm/pg-core"
import type { PostgresJsQueryResultHKT } from "drizzle-orm/postgres-js"

/**
 * What stores query: the whole database or a transaction in it, they cannot tell which.
 * `db.transaction(work)` begins a transaction on the first and sets a savepoint on the second.
 */
export type Db = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>

/** PGlite in a worker of this process, or a PostgreSQL server behind DATABASE_URL. */
export type Engine = "embedded" | "server"

/** An open database. */
export type Database = {
  /** Throws at once when it is used inside one of its own transactions: it would wait for itself. */
  db: Db
  engine: Engine
  /** For the line that a start prints, such as "embedded PostgreSQL 18 in /home/x/db". */
  description: string
  /** Whether the vector extension is installed in this database. */
  pgvector: boolean
  /**
   * Ends at once what the embedded engine is doing: all that waits for it fails with
   * ServiceUnavailableError as the cause, and the next query starts it again (about 0.3 s).
   * Committed rows are kept. It is the only way to stop a statement there; on a server, which has
   * statement_timeout, it does nothing.
   */
  interrupt(): Promise<void>
  /**
   * Calls `heard` whenever a transaction that notified this channel has committed, and whenever
   * some may have been missed. Only a server has it: there, other processes write too.
   */
  listen?(channel: string, heard: () => void): void
  /** Ends the connections, then the engine, then gives the lock back. A second call does nothing. */
  close(): Promise<void>
}

import type { PgDatabase } from "drizzle-orm/pg-core"
import type { PostgresJsQueryResultHKT } from "drizzle-orm/postgres-js"

/**
 * The database that stores query: a whole database or a transaction; they can't tell which.
 * `db.transaction(work)` starts a transaction on the former and a savepoint on the latter.
 */
export type Db = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>

/** PGlite in a worker of this process, or a PostgreSQL server behind DATABASE_URL. */
export type Engine = "embedded" | "server"

/** An open database. */
export type Database = {
  /** Throws at once if it is used inside one of its own transactions, which would deadlock. */
  db: Db
  engine: Engine
  /** Shown at startup, such as "embedded PostgreSQL 18 in /home/x/db". */
  description: string
  /** True if the vector extension is installed in this database. */
  pgvector: boolean
  /**
   * Aborts the embedded engine's current work: everything waiting for it fails with
   * ServiceUnavailableError as the cause, and the next query restarts it (about 0.3 s). Committed
   * rows are kept. This is the only way to stop a statement there. Does nothing on a server, which
   * has statement_timeout.
   */
  interrupt(): Promise<void>
  /**
   * Calls `heard` whenever a transaction that notified this channel has committed, and whenever
   * notifications may have been missed. Only servers have it, because only there other processes
   * write too.
   */
  listen?(channel: string, heard: () => void): void
  /** Ends the connections, then the engine, then releases the lock. A second call does nothing. */
  close(): Promise<void>
}

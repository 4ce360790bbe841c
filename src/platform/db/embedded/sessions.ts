import { drizzle } from "drizzle-orm/postgres-js"
import postgres from "postgres"
import { AppError } from "../../errors"
import type { Db } from "../db"
import { withReadableFailures } from "../failure"
import { type Engine, startEngine } from "./engine"
import { withPreparedStatements } from "./prepared"

type Options = {
  directory: string
  vectorBundle: () => Promise<string>
  newWorker: () => Worker
  /** Called when an engine ends by itself. The next query starts another one. */
  died: (cause: Error) => void
  /** Called whenever someone asks for the database. */
  used: () => void
}

/** An engine and its only connection. They start and end together. */
type Session = {
  db: Db
  client: postgres.Sql
  started: Promise<Engine>
  transactions: Set<(cause: Error) => void>
}

/** A session as upkeep sees it. `db` shares the connection, so its statements wait their turn. */
export type Peeked = { db: Db; transactions: number }

/** One session at a time. After an engine ends, the next query starts another session. */
export type Sessions = {
  current(): Promise<Engine>
  db(): Db
  /** Returns the current session, if any. Starts none and doesn't count as a use. */
  peek(): Peeked | undefined
  /**
   * Waits for a transaction that has just started, but fails as soon as its engine ends. The driver
   * would never settle, because it waits to roll back.
   */
  unlessLost<T>(transaction: Promise<T>): Promise<T>
  /** After this, asking for a session throws ServiceUnavailableError. */
  close(): Promise<void>
}

/**
 * Runs the engine behind a driver. The driver is discarded with its engine, because on reconnecting
 * it would send the rest of a broken transaction into the new session.
 */
export function openSessions(options: Options): Sessions {
  let session: Session | undefined
  let gone: Promise<void> = Promise.resolve()
  let closed = false

  const begin = (): Session => {
    const transactions: Session["transactions"] = new Set()
    const started = gone.then(() =>
      startEngine({
        ...options,
        died(cause) {
          if (session === mine) session = undefined
          options.died(cause)
          for (const fail of transactions) fail(cause)
          void client.end({ timeout: 0 })
        },
      }),
    )
    gone = started.then(
      (engine) => engine.gone,
      () => {},
    )
    const client = connect(async () => (await started).wire.socket)
    const mine: Session = {
      db: withReadableFailures(
        drizzle({ client: withPreparedStatements(client), casing: "snake_case" }),
      ),
      client,
      started,
      transactions,
    }
    return mine
  }
  const current = () => {
    // Its home may belong to another process by now.
    if (closed) throw new AppError("ServiceUnavailableError", "The database is closed.")
    session ??= begin()
    return session
  }
  return {
    current: () => current().started,
    db() {
      const { db } = current()
      options.used()
      return db
    },
    peek: () => session && { db: session.db, transactions: session.transactions.size },
    async unlessLost(transaction) {
      const { transactions } = current()
      const lost = Promise.withResolvers<never>()
      transactions.add(lost.reject)
      return Promise.race([transaction, lost.promise]).finally(() =>
        transactions.delete(lost.reject),
      )
    },
    async close() {
      closed = true
      if (!session) return gone
      const { client, started } = session
      await client.end()
      await (await started).stop()
    },
  }
}

/**
 * A driver whose connection lives as long as the socket. By default it would end it after a while.
 */
function connect(socket: () => Promise<unknown>): postgres.Sql {
  const options = {
    host: "embedded",
    database: "postgres",
    user: "postgres",
    max: 1,
    max_lifetime: null,
    idle_timeout: 0,
    connect_timeout: 0,
    keep_alive: null,
    ssl: false,
    fetch_types: false,
    onnotice() {},
    socket,
  }
  return postgres(options)
}

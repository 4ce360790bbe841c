import type postgres from "postgres"
import { beginTransaction } from "./transactions"

type Unsafe = postgres.Sql["unsafe"]
type Work<T> = (tx: postgres.TransactionSql) => Promise<T>

/** A statement used three times will be used again. */
const USES_MIN = 3
/** Longer statements list each value, so they have too many variants. */
const LENGTH_MAX = 8000
/** Each one uses the engine's memory until it ends. */
const STATEMENTS_MAX = 200

/**
 * Wraps the driver for drizzle and prepares frequent statements. Others need a second round trip to
 * the engine, and are parsed and planned every time. They end with their only session.
 */
export function withPreparedStatements(client: postgres.Sql): postgres.Sql {
  const uses = new Map<string, number>()
  const isFrequent = (text: string) => {
    if (text.length > LENGTH_MAX) return false
    const before = uses.get(text) ?? 0
    if (before === 0 && uses.size === STATEMENTS_MAX) forgetRare(uses)
    if (before === 0 && uses.size === STATEMENTS_MAX) return false
    uses.set(text, before + 1)
    return before + 1 >= USES_MIN
  }
  const preparing =
    (unsafe: Unsafe): Unsafe =>
    (text, parameters, options) => {
      // Otherwise statements without parameters are parsed and planned every time.
      const prepared = isFrequent(text) ? { prepare: true, simple: false } : { prepare: false }
      return unsafe(text, parameters, { ...options, ...prepared })
    }
  const within = (tx: postgres.TransactionSql): postgres.TransactionSql =>
    ({
      unsafe: preparing(tx.unsafe),
      savepoint: <T>(work: Work<T>) => tx.savepoint((inner) => work(within(inner))),
    }) as unknown as postgres.TransactionSql
  let opened: Promise<unknown> | undefined
  const begin = async <T>(work: Work<T>): Promise<T> => {
    // The driver never hands over a reserved connection that it has yet to open.
    opened ??= client.unsafe("select 1").execute()
    await opened
    return beginTransaction(client, (tx) => work(within(tx)))
  }
  return {
    options: client.options,
    unsafe: preparing(client.unsafe),
    begin,
  } as unknown as postgres.Sql
}

/** Makes room for statements that are used more than once. */
function forgetRare(uses: Map<string, number>): void {
  for (const [text, count] of uses) if (count < USES_MIN) uses.delete(text)
}

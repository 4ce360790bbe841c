import type postgres from "postgres"

type Unsafe = postgres.Sql["unsafe"]
type Work<T> = (tx: postgres.TransactionSql) => Promise<T>

/** A text that comes for the third time will come again. */
const USES_MIN = 3
/** Longer ones name each value of a list, so that there are too many of them. */
const LENGTH_MAX = 8000
/** Each takes memory of the engine until that ends. */
const STATEMENTS_MAX = 200

/**
 * The part of the driver that drizzle uses, with frequent statements prepared: each other one takes
 * a second way to the engine, and is parsed and planned anew. They end with their only session.
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
      // A text without parameters would otherwise be parsed and planned anew each time.
      const prepared = isFrequent(text) ? { prepare: true, simple: false } : { prepare: false }
      return unsafe(text, parameters, { ...options, ...prepared })
    }
  const within = (tx: postgres.TransactionSql): postgres.TransactionSql =>
    ({
      unsafe: preparing(tx.unsafe),
      savepoint: <T>(work: Work<T>) => tx.savepoint((inner) => work(within(inner))),
    }) as unknown as postgres.TransactionSql
  return {
    options: client.options,
    unsafe: preparing(client.unsafe),
    begin: <T>(work: Work<T>) => client.begin((tx) => work(within(tx))),
  } as unknown as postgres.Sql
}

/** Makes room for texts that are used more than once. */
function forgetRare(uses: Map<string, number>): void {
  for (const [text, count] of uses) if (count < USES_MIN) uses.delete(text)
}

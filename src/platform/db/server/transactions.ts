import type postgres from "postgres"

type Work<T> = (tx: postgres.TransactionSql) => Promise<T>
/** `last` is the newest statement. A connection answers in order, so it waits for all of them. */
type State = { lost: boolean; last?: Promise<unknown> }

/**
 * Wraps the driver for drizzle, with transactions that end with their connection.
 *
 * The driver itself reconnects under a running transaction, so the rest of it commits on its own,
 * and its rollback ends a transaction that someone else has started there (both seen with postgres
 * 3.4.9 when a server's backends were terminated).
 */
export function withSafeTransactions(client: postgres.Sql): postgres.Sql {
  const begin = <T>(work: Work<T>) => {
    const state: State = { lost: false }
    const result = client.begin((tx) => settle(work, tx, state))
    // It fails as soon as the connection is lost, even while the work continues.
    result.catch(() => {
      state.lost = true
    })
    return result
  }
  return { options: client.options, unsafe: client.unsafe, begin } as unknown as postgres.Sql
}

/** Runs the work, and passes its outcome to the driver only while the connection lives. */
async function settle<T>(work: Work<T>, tx: postgres.TransactionSql, state: State): Promise<T> {
  const ended = new AbortController()
  const [outcome] = await Promise.allSettled([work(guarded(tx, state, ended.signal))])
  ended.abort(new Error("A statement came after the end of its transaction."))
  // The driver fails the transaction if one of its statements has failed by now.
  await Promise.allSettled([state.last])
  // A query fails shortly before we learn that its connection is lost.
  await new Promise(setImmediate)
  // On any outcome the driver would commit or roll back, in whichever session it now has.
  if (state.lost) return new Promise<never>(() => {})
  if (outcome.status === "rejected") throw outcome.reason
  return outcome.value
}

function guarded(
  tx: postgres.TransactionSql,
  state: State,
  ended: AbortSignal,
): postgres.TransactionSql {
  const unsafe = (...query: Parameters<postgres.Sql["unsafe"]>) => {
    // It would run in whichever transaction comes next on the connection.
    ended.throwIfAborted()
    if (state.lost) throw new Error("The connection of this transaction was lost.")
    const sent = tx.unsafe(...query).execute()
    state.last = sent
    return sent
  }
  const savepoint = <T>(work: Work<T>) => tx.savepoint((inner) => settle(work, inner, state))
  return { unsafe, savepoint } as unknown as postgres.TransactionSql
}

import type postgres from "postgres"

type Work<T> = (tx: postgres.TransactionSql) => Promise<T>
type State = { lost: boolean }

/**
 * The part of the driver that drizzle uses, with transactions that end with their connection.
 *
 * The driver itself connects again under a transaction that goes on, so that the rest of it is
 * committed by itself, and its rollback ends the transaction that someone else has begun there
 * (both seen with postgres 3.4.9 against a server whose backends were terminated).
 */
export function withSafeTransactions(client: postgres.Sql): postgres.Sql {
  const begin = <T>(work: Work<T>) => {
    const state = { lost: false }
    const result = client.begin((tx) => settle(work, tx, state))
    // It fails at once when the connection is lost, while the work may still go on.
    result.catch(() => {
      state.lost = true
    })
    return result
  }
  return { options: client.options, unsafe: client.unsafe, begin } as unknown as postgres.Sql
}

/** Does the work, and hands its outcome to the driver only while there is a connection. */
async function settle<T>(work: Work<T>, tx: postgres.TransactionSql, state: State): Promise<T> {
  const [outcome] = await Promise.allSettled([work(guarded(tx, state))])
  // The failure of a query comes a moment before the news that its connection is lost.
  await new Promise(setImmediate)
  // On any outcome the driver would commit or roll back, whichever session it now has.
  if (state.lost) return new Promise<never>(() => {})
  if (outcome.status === "rejected") throw outcome.reason
  return outcome.value
}

function guarded(tx: postgres.TransactionSql, state: State): postgres.TransactionSql {
  const unsafe: postgres.TransactionSql["unsafe"] = (...query) => {
    if (state.lost) throw new Error("The connection of this transaction was lost.")
    return tx.unsafe(...query)
  }
  const savepoint = <T>(work: Work<T>) => tx.savepoint((inner) => settle(work, inner, state))
  return { unsafe, savepoint } as unknown as postgres.TransactionSql
}

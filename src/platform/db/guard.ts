import { AsyncLocalStorage } from "node:async_hooks"
import type { Db } from "./db"

/** Marks code that runs inside a transaction, until the transaction has ended. */
type Mark = { open: boolean }

/**
 * Returns a database that throws at once if it is used inside one of its own transactions. With the
 * embedded engine's single connection, such a query would wait for the transaction, the transaction
 * for the query, and every later query for both. `current` returns the database to use.
 * `unlessLost` returns a promise that also fails if that database ends before the transaction.
 */
export function guarded(
  current: () => Db,
  unlessLost: <T>(promise: Promise<T>) => Promise<T> = (promise) => promise,
): Db {
  const marks = new AsyncLocalStorage<Mark>()
  const check = () => {
    if (!marks.getStore()?.open) return
    throw new Error("The outer database was used inside a transaction. Use the transaction's own.")
  }
  const transaction: Db["transaction"] = async (work, config) => {
    check()
    const mark = { open: true }
    try {
      const marked: typeof work = (tx) => marks.run(mark, () => work(tx))
      return await unlessLost(current().transaction(marked, config))
    } finally {
      mark.open = false
    }
  }
  return new Proxy({} as Db, {
    get(_target, property) {
      if (property === "transaction") return transaction
      // `await` on this object reads `then`, which must not count as a use.
      if (property === "then") return undefined
      check()
      const db = current()
      const value: unknown = Reflect.get(db, property)
      return typeof value === "function" ? value.bind(db) : value
    },
  })
}

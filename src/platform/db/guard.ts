import { AsyncLocalStorage } from "node:async_hooks"
import type { Db } from "./db"

/** Says that the code that runs is inside a transaction, until that has ended. */
type Mark = { open: boolean }

/**
 * A database that throws at once when it is used inside one of its own transactions. With the
 * one connection of the embedded engine such a query would wait for the transaction, which waits
 * for the query, and every later query after both. `current` gives the database to use, and
 * `unlessLost` a promise that also fails when that database ends before the transaction does.
 */
export function guarded(
  current: () => Db,
  unlessLost: <T>(promise: Promise<T>) => Promise<T> = (promise) => promise,
): Db {
  const marks = new AsyncLocalStorage<Mark>()
  const check = () => {
    if (!marks.getStore()?.open) return
    throw new Error("The outer database was used inside a transaction: use the one handed in.")
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
      // Being a promise's value must not count as a use: `await` asks for `then`.
      if (property === "then") return undefined
      check()
      const db = current()
      const value: unknown = Reflect.get(db, property)
      return typeof value === "function" ? value.bind(db) : value
    },
  })
}

import type postgres from "postgres"

type Work<T> = (tx: postgres.TransactionSql) => Promise<T>

/**
 * Runs a transaction on the driver's connection. The driver's own `begin` waits for the answer to
 * BEGIN; here BEGIN travels with the first statement, which saves a round trip to the engine.
 */
export async function beginTransaction<T>(client: postgres.Sql, work: Work<T>): Promise<T> {
  const connection = await client.reserve()
  const { unsafe } = connection
  let savepoints = 0

  async function scope<S>(enter: string, undo: string, work: Work<S>): Promise<S> {
    const entered = unsafe(enter).execute()
    try {
      const [result] = await Promise.all([work(tx), entered])
      return result
    } catch (error) {
      await unsafe(undo)
      throw error
    }
  }
  const tx = {
    unsafe,
    savepoint<S>(work: Work<S>) {
      const name = `s${++savepoints}`
      return scope(`savepoint ${name}`, `rollback to ${name}`, work)
    },
  } as unknown as postgres.TransactionSql

  try {
    const result = await scope("begin", "rollback", work)
    // COMMIT answers ROLLBACK if a statement failed and `work` swallowed its error.
    const { command } = await unsafe("commit")
    if (command === "COMMIT") return result
    throw new Error("A statement of this transaction failed, so nothing of it was stored.")
  } finally {
    connection.release()
  }
}

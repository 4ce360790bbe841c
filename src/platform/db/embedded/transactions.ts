import type postgres from "postgres"

type Work<T> = (tx: postgres.TransactionSql) => Promise<T>

/**
 * Runs a transaction on the driver's connection. The driver's own `begin` waits for the answer to
 * BEGIN; here BEGIN travels with the first statement, and COMMIT with statements that `work` began
 * but didn't wait for. Each saves a round trip to the engine.
 */
export async function beginTransaction<T>(client: postgres.Sql, work: Work<T>): Promise<T> {
  const connection = await client.reserve()
  let savepoints = 0
  let failure: unknown
  let isOver = false

  const unsafe = (...statement: Parameters<postgres.Sql["unsafe"]>) => {
    if (isOver) throw new Error("A statement came after its transaction's COMMIT.")
    // The driver would wait for somebody to await it.
    const sent = connection.unsafe(...statement).execute()
    sent.catch((error) => {
      failure ??= error
    })
    return sent
  }

  async function scope<S>(enter: string, undo: string, work: Work<S>): Promise<S> {
    const entered = unsafe(enter)
    try {
      const [result] = await Promise.all([work(tx), entered])
      return result
    } catch (error) {
      await unsafe(undo)
      failure = undefined
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
    const committed = unsafe("commit")
    isOver = true
    // COMMIT answers ROLLBACK if a statement failed.
    if ((await committed).command === "COMMIT") return result
    throw failure
  } finally {
    connection.release()
  }
}

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

  const send = (...statement: Parameters<postgres.Sql["unsafe"]>) => {
    // The driver would wait for somebody to await it.
    const sent = connection.unsafe(...statement).execute()
    sent.catch((error) => {
      failure ??= error
    })
    return sent
  }

  async function scope<S>(enter: string, undo: string, work: Work<S>): Promise<S> {
    let isOver = false
    const tx = {
      unsafe(...statement: Parameters<typeof send>) {
        // It would run in whichever transaction comes next, and take an answer meant for that.
        if (isOver) throw new Error("A statement came after the end of its transaction.")
        return send(...statement)
      },
      savepoint<N>(nested: Work<N>) {
        const name = `s${++savepoints}`
        return scope(`savepoint ${name}`, `rollback to ${name}`, nested)
      },
    } as unknown as postgres.TransactionSql
    const entered = send(enter)
    const [outcome] = await Promise.allSettled([Promise.all([work(tx), entered])])
    isOver = true
    if (outcome.status === "fulfilled") return outcome.value[0]
    await send(undo)
    failure = undefined
    throw outcome.reason
  }

  try {
    const result = await scope("begin", "rollback", work)
    // COMMIT answers ROLLBACK if a statement failed.
    if ((await send("commit")).command === "COMMIT") return result
    throw failure
  } finally {
    connection.release()
  }
}

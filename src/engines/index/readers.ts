/** Counts who searches, so that whoever writes much can wait for them between its transactions. */
export function countReaders() {
  let count = 0
  let quiet = Promise.withResolvers<void>()

  /** Does `work` as a reader. */
  async function reading<T>(work: () => Promise<T>): Promise<T> {
    count++
    try {
      return await work()
    } finally {
      count--
      if (count === 0) {
        quiet.resolve()
        quiet = Promise.withResolvers()
      }
    }
  }

  /** Fulfilled when nobody reads, `ms` milliseconds from now at the latest. */
  async function untilQuiet(ms: number): Promise<void> {
    if (count === 0) return
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, ms)
    await Promise.race([quiet.promise, late.promise]).finally(() => clearTimeout(timer))
  }

  return { reading, untilQuiet }
}

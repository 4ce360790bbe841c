/** Counts running searches, so that a heavy writer can wait for them between transactions. */
export function countReaders() {
  let count = 0
  let quiet = Promise.withResolvers<void>()

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

  /** Resolves when there are no readers, or after `ms` milliseconds. */
  async function untilQuiet(ms: number): Promise<void> {
    if (count === 0) return
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, ms)
    await Promise.race([quiet.promise, late.promise]).finally(() => clearTimeout(timer))
  }

  return { reading, untilQuiet }
}

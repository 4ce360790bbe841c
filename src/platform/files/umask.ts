/**
 * Runs `work` under another umask, for what belongs to the user rather than to the home. It must be
 * synchronous: anything after an `await` would run under our own umask again.
 */
export function withUmask<T>(umask: number, work: () => T): T {
  const own = process.umask(umask)
  try {
    return work()
  } finally {
    process.umask(own)
  }
}

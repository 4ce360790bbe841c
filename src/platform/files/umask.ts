/**
 * Runs `work` under another umask than our own, which keeps files private. For files and programs
 * that belong to the person rather than to the home. `work` must be synchronous: whatever it awaits
 * would run under our own umask again.
 */
export function withUmask<T>(umask: number, work: () => T): T {
  const own = process.umask(umask)
  try {
    return work()
  } finally {
    process.umask(own)
  }
}

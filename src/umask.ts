/**
 * Does `work` under another umask than our own, which keeps all files private: for files that the
 * person asked for outside the home, and for programs of theirs. Covers only what `work` does
 * before it returns, so it must not be asynchronous.
 */
export function withUmask<T>(umask: number, work: () => T): T {
  const own = process.umask(umask)
  try {
    return work()
  } finally {
    process.umask(own)
  }
}

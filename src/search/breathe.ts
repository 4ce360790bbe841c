const SLICE_MS = 3

/**
 * A function to await in long loops: after 3 ms of work it lets the event loop serve others
 * first, before that it costs next to nothing.
 */
export function breather(): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < SLICE_MS) return undefined
    return new Promise((resolve) =>
      setImmediate(() => {
        since = performance.now()
        resolve()
      }),
    )
  }
}

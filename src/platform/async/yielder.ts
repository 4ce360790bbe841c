import { setImmediate as turn } from "node:timers/promises"

const SLICE_MS = 3

/**
 * Returns a function to await in long loops. After 3 ms of work it lets the event loop serve
 * others, then waits for `rest` if given. Before that it costs almost nothing.
 */
export function yielder(rest?: () => Promise<void>): () => Promise<void> | undefined {
  let since = performance.now()
  async function yieldNow(): Promise<void> {
    await turn()
    await rest?.()
    since = performance.now()
  }
  return () => (performance.now() - since < SLICE_MS ? undefined : yieldNow())
}

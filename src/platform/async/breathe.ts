import { setImmediate as turn } from "node:timers/promises"

const SLICE_MS = 3

/**
 * A function to await in long loops: after 3 ms of work it lets the event loop serve others, and
 * waits for `rest` if there is one; before that it costs next to nothing.
 */
export function breather(rest?: () => Promise<void>): () => Promise<void> | undefined {
  let since = performance.now()
  async function breathe(): Promise<void> {
    await turn()
    await rest?.()
    since = performance.now()
  }
  return () => (performance.now() - since < SLICE_MS ? undefined : breathe())
}

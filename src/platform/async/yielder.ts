import { setImmediate as turn } from "node:timers/promises"

const SLICE_MS = 3

/** Await the result in long loops: after 3 ms of work it lets others run, then awaits `rest`. */
export function yielder(rest?: () => Promise<void>): () => Promise<void> | undefined {
  let since = performance.now()
  async function yieldNow(): Promise<void> {
    await turn()
    await rest?.()
    since = performance.now()
  }
  return () => (performance.now() - since < SLICE_MS ? undefined : yieldNow())
}

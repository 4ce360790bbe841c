import type { Availability } from "./model"

const KEPT_MS = 10_000

/** The same answer for a while, so that whoever asks often does not wait often. */
export function kept(look: () => Promise<Availability>): () => Promise<Availability> {
  let last: { at: number; found: Promise<Availability> } | undefined
  return () => {
    const now = performance.now()
    if (!last || now - last.at > KEPT_MS) last = { at: now, found: look() }
    return last.found
  }
}

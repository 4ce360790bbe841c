import type { Availability } from "./model"

const KEPT_MS = 10_000

/** Caches an answer for 10 s, so that frequent callers rarely wait. */
export function kept(look: () => Promise<Availability>): () => Promise<Availability> {
  let last: { at: number; found: Promise<Availability> } | undefined
  return () => {
    const now = performance.now()
    if (!last || now - last.at > KEPT_MS) last = { at: now, found: look() }
    return last.found
  }
}

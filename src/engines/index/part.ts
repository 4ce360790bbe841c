import type { Lengths, Postings } from "./packing"

/** One segment as a query sees it. The masks hold 1 by ordinal; undefined masks nothing. */
export type Part = {
  lengths: Lengths
  dead: Uint8Array | undefined
  liveCount: number
  /** Terms in all its live chunks together. */
  liveTerms: number
  allowed: Uint8Array | undefined
  postings: ReadonlyMap<string, Postings>
}

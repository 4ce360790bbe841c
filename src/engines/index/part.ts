import type { Lengths, Postings } from "./packing"

/** A segment as a query sees it. Masks hold 1 by ordinal; an undefined mask excludes nothing. */
export type Part = {
  lengths: Lengths
  dead: Uint8Array | undefined
  liveCount: number
  /** The number of terms in all live chunks. */
  liveTerms: number
  allowed: Uint8Array | undefined
  postings: ReadonlyMap<string, Postings>
}

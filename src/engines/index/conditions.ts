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

/** Terms that a chunk must or must not have, whatever its score. */
export type Conditions = {
  /** At least one of these. */
  any?: readonly string[] | undefined
  all?: readonly string[] | undefined
  none?: readonly string[] | undefined
}

/** Returns a mask by ordinal of the chunks that meet the conditions, or undefined without any. */
export function admittedBy(part: Part, { any, all, none }: Conditions): Uint8Array | undefined {
  if (!any && !all && !none) return undefined
  const admitted = new Uint8Array(part.lengths.ids.length).fill(any ? 0 : 1)
  for (const term of any ?? []) mark(part, term, admitted, 1)
  for (const term of all ?? []) {
    const having = new Uint8Array(admitted.length)
    mark(part, term, having, 1)
    for (let i = 0; i < admitted.length; i++) if (having[i] === 0) admitted[i] = 0
  }
  for (const term of none ?? []) mark(part, term, admitted, 0)
  return admitted
}

function mark({ postings }: Part, term: string, mask: Uint8Array, as: 0 | 1): void {
  for (const ordinal of postings.get(term)?.ordinals ?? []) mask[ordinal] = as
}

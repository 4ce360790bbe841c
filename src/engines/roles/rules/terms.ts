import { stemmer } from "stemmer"
import { eng } from "stopword"

/** Common words in requests that say nothing about the subject. */
const requestWords =
  "what should built build make made create write plan design feature features want need project system"

const stop = new Set(eng)

/** Returns the stems of meaningful words. `createUser` also counts as "create" and "user". */
export function termsOf(text: string): Set<string> {
  const terms = new Set<string>()
  for (const [word] of text.matchAll(/[\p{L}\p{N}_]+/gu)) {
    const parts = word.split(/_|(?<=\p{Ll})(?=\p{Lu})/u)
    for (const part of [word, ...parts]) {
      const lower = part.toLowerCase()
      if (lower.length > 2 && !stop.has(lower)) terms.add(stemmer(lower))
    }
  }
  return terms
}

/** Returns a request's terms without common request words. */
export function queryTerms(query: string): Set<string> {
  return termsOf(query).difference(termsOf(requestWords))
}

/** Returns the Jaccard similarity of two sets: 0 for disjoint sets, 1 for equal ones. */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = a.intersection(b).size
  const all = a.size + b.size - shared
  return all === 0 ? 0 : shared / all
}

import { stemmer } from "stemmer"
import { eng } from "stopword"

/** Words that a request is made of and that say nothing of its subject. */
const requestWords =
  "what should built build make made create write plan design feature features want need project system"

/**
 * The stems of the words that carry meaning, in order of first use. Identifiers count as a whole
 * and in parts, so that `createUser` meets "create a user".
 */
export function termsOf(text: string): Set<string> {
  const stop = new Set(eng)
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

/** The terms of a request, without those of every request. */
export function queryTerms(query: string): Set<string> {
  return termsOf(query).difference(termsOf(requestWords))
}

/** How many of the two sets' terms are in both: 0 for none, 1 for the same set. */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = shares(a, b)
  const all = a.size + b.size - shared
  return all === 0 ? 0 : shared / all
}

export function shares(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0
  for (const term of a) if (b.has(term)) shared += 1
  return shared
}

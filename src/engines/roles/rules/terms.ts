import { stemmer } from "stemmer"
import { eng } from "stopword"

/** Common words in requests that say nothing about the subject. */
const requestWords =
  "what should built build make made create write plan design feature features want need project system"

/** Function words. The usual lists have nouns, too, such as "Tag". */
const german =
  "der die das den dem des ein eine einer einem einen eines und oder aber ist sind war waren wird werden wurde wurden sein hat haben kann können soll sollen muss müssen darf dürfen nicht kein keine für mit von vom zum zur bei aus auf über unter als wie was wer wenn auch noch nur sich sie wir ihr ihre nach vor durch ohne"
const french =
  "les des une est sont était pour par sur dans avec sans aux ces cet cette que qui quoi dont plus pas être avoir peut doit leur leurs nous vous ils elles elle aussi mais comme entre"
const stop = new Set([...eng, ...german.split(" "), ...french.split(" ")])

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

/** Words that begin alike for all but this many letters are forms of one, in any language. */
const ENDING = 3
const STEM_MIN = 6

/** True if a set has the term, or another form of it: "Landungen" for "Landung". */
export function hasForm(terms: ReadonlySet<string>, term: string): boolean {
  if (terms.has(term)) return true
  const isForm = (other: string) => {
    const [short = "", long = ""] = [term, other].toSorted((a, b) => a.length - b.length)
    const stem = Math.max(STEM_MIN, short.length - 1)
    const isNear = long.length - short.length <= ENDING
    return isNear && short.length >= STEM_MIN && long.startsWith(short.slice(0, stem))
  }
  return [...terms].some(isForm)
}

/** Returns the Jaccard similarity of two sets: 0 for disjoint sets, 1 for equal ones. */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = a.intersection(b).size
  const all = a.size + b.size - shared
  return all === 0 ? 0 : shared / all
}

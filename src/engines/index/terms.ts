import { stemmer } from "stemmer"
import { eng } from "stopword"

/** Longer runs of letters are data rather than words, and are cut to this length. */
const TERM_LENGTH_MAX = 64
const KNOWN_WORDS_MAX = 20_000

const stopWords: ReadonlySet<string> = new Set(eng)

/** A word, including characters that join the parts of an identifier, number or compound. */
const words = /[\p{L}\p{N}\p{M}]+(?:[_\-.'’][\p{L}\p{N}\p{M}]+)*_*/gu
const joints = /[_\-'’.]+/u
const joint = /[_\-'’.]/
const capitals = /\p{Ll}\p{Lu}|\p{Lu}\p{Lu}\p{Ll}/u
const camelBorders = /(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u
const number = /^\p{N}+(?:\.\p{N}+)+$/u

/** A term of the index. Stop words are searched for only if a query has nothing else. */
export type Term = { term: string; stop: boolean }

/**
 * Returns the terms of a text in order: words in lower case after NFKC, with Porter's stems for
 * English (Porter, "An algorithm for suffix stripping", 1980). An identifier yields its parts and
 * the whole. Scripts without spaces yield pairs of neighbouring characters.
 */
export function termsOf(text: string): Term[] {
  return tokenizer()(text)
}

/** Returns a `termsOf` for many texts, which remembers the terms of words it has seen. */
export function tokenizer(): (text: string) => Term[] {
  const known = new Map<string, Term[]>()
  const learn = (word: string) => {
    if (known.size >= KNOWN_WORDS_MAX) known.clear()
    const terms = [...termsOfWord(word)]
    known.set(word, terms)
    return terms
  }
  return (text) => {
    const terms: Term[] = []
    for (const word of text.normalize("NFKC").match(words) ?? []) {
      for (const term of known.get(word) ?? learn(word)) terms.push(term)
    }
    return terms
  }
}

function* termsOfWord(word: string): Generator<Term> {
  if (unspaced.test(word)) {
    yield* pairsOf(word)
    return
  }
  const joined = joint.test(word)
  if (joined && number.test(word)) {
    yield { term: cut(word), stop: false }
    return
  }
  const identifier = capitals.test(word)
  if (!joined && !identifier) {
    yield termOf(word)
    return
  }
  const parts = (joined ? word.split(joints) : [word]).flatMap((part) =>
    identifier && capitals.test(part) ? part.split(camelBorders) : [part],
  )
  const named = parts.filter((part) => part !== "" && part !== "s")
  for (const part of named) yield termOf(part)
  if (named.length > 1 && isIdentifier(word)) {
    yield { term: cut(word.toLowerCase()), stop: false }
  }
}

/** True if the whole means more than its parts, which isn't so for "can't" and "end.Begin". */
function isIdentifier(word: string): boolean {
  return !/['’.]/.test(word)
}

function termOf(word: string): Term {
  const lower = cut(word.toLowerCase())
  return { term: stem(lower), stop: stopWords.has(lower) }
}

/** Porter's rules are for English: a word with other letters stays as it is. */
function stem(word: string): string {
  return /^[a-z]+$/.test(word) ? stemmer(word) : word
}

function* pairsOf(word: string): Generator<Term> {
  const characters = [...word.toLowerCase()]
  if (characters.length === 1) yield { term: word.toLowerCase(), stop: false }
  for (let i = 0; i + 1 < characters.length; i++) {
    yield { term: characters.slice(i, i + 2).join(""), stop: false }
  }
}

function cut(word: string): string {
  return word.length <= TERM_LENGTH_MAX ? word : word.slice(0, TERM_LENGTH_MAX).toWellFormed()
}

/** Counts the terms of a query. Keeps stop words only if it has nothing else. */
export function queryTerms(query: string): Map<string, number> {
  const terms = termsOf(query)
  const meant = terms.some(({ stop }) => !stop) ? terms.filter(({ stop }) => !stop) : terms
  const counts = new Map<string, number>()
  for (const { term } of meant) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}

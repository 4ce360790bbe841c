import type { Filter } from "../../engines/index/snapshot-store"
import { queryTerms, termsOf } from "../../engines/index/terms"
import type { Config } from "../../platform/config/config"
import type { SearchMode } from "../../platform/shapes/passage"
import type { SearchInput } from "./schema"

/** A query, parsed once for everything that searches, orders or explains. */
export type ParsedQuery = {
  /** The query without operators, as models read it. Keeps the words of phrases. */
  text: string
  /** The terms of `text`, with how often it names each. */
  terms: ReadonlyMap<string, number>
  /** `"such words"`: a passage must have them in this order. */
  phrases: Phrase[]
  /** `-word`: terms that a passage must not have. */
  without: string[]
  /** `file:*.md`: globs, or parts of names, one of which the document's name must match. */
  files: string[]
}

/** `terms` narrow down the passages that `matches` has to read. */
export type Phrase = { matches: (text: string) => boolean; terms: string[] }

/** A search request with its query parsed and its defaults filled in. */
export type SearchPlan = {
  query: ParsedQuery
  filter: Filter
  mode: SearchMode
  topK: number
  /** The least similarity of a passage that has a vector. */
  threshold: number
  explain: boolean
}

export function planSearch(
  input: SearchInput,
  scope: Pick<Filter, "documentIds" | "exceptIds">,
  config: Pick<Config, "ragTopK" | "ragSimilarityThreshold">,
): SearchPlan {
  const { mode = "hybrid", document_names = [], metadata } = input
  const query = parseQuery(input.query)
  const names = [...document_names, ...query.files].map(namePattern)
  return {
    query,
    filter: { ...scope, metadata, ...(names.length > 0 && { namePatterns: names }) },
    mode,
    topK: input.top_k ?? config.ragTopK,
    threshold:
      input.similarity_threshold ?? (mode === "vector" ? config.ragSimilarityThreshold : -1),
    explain: input.explain ?? false,
  }
}

/** Longer texts are prose, where these characters are ordinary punctuation. */
const OPERATED_LENGTH_MAX = 200

const operator =
  /(?<=^|\s)(?:file:(?:"(?<quotedFile>[^"]+)"|(?<file>[^\s"]+))|"(?<phrase>[^"]*[\p{L}\p{N}][^"]*)"|-(?<without>\p{L}[\p{L}\p{N}_]+))(?=\s|[?!.,;]|$)/gu

/** Text that isn't exactly an operator is searched for, and so is all if no word is left. */
export function parseQuery(query: string): ParsedQuery {
  const plain = { text: query, terms: queryTerms(query), phrases: [], without: [], files: [] }
  if (query.length > OPERATED_LENGTH_MAX) return plain
  const phrases: string[] = []
  const without: string[] = []
  const files: string[] = []
  const text = query.replace(operator, (_all, ...rest) => {
    const { quotedFile, file, phrase, without: word } = rest.at(-1)
    if (phrase) phrases.push(phrase)
    if (word) without.push(word)
    if (file || quotedFile) files.push(file ?? quotedFile)
    return phrase ?? " "
  })
  if (!/[\p{L}\p{N}]/u.test(text)) return plain
  return {
    text,
    terms: queryTerms(text),
    phrases: phrases.map(parsePhrase),
    without: without.flatMap(wholeTerm),
    files,
  }
}

/** A PostgreSQL regular expression: a glob, or without `*` and `?` a part of the name. */
function namePattern(glob: string): string {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&")
  if (!/[*?]/.test(glob)) return escaped
  return `^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`
}

const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u

/** Matches whole words in this order and any case, with only spaces and punctuation between. */
export function parsePhrase(phrase: string): Phrase {
  const words = phrase.normalize("NFKC").match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  const joined = words.join("[^\\p{L}\\p{N}\\p{M}]+")
  const pattern = unspaced.test(phrase)
    ? joined
    : `(?<![\\p{L}\\p{N}\\p{M}])${joined}(?![\\p{L}\\p{N}\\p{M}])`
  const matcher = new RegExp(pattern, "iu")
  return {
    matches: (text) => matcher.test(text.normalize("NFKC")),
    terms: words.flatMap(soleTerm),
  }
}

/** An identifier has several spellings with other terms, so it has no sole term. */
function soleTerm(word: string): string[] {
  const terms = termsOf(word).map(({ term }) => term)
  return terms.length === 1 ? terms : []
}

/** Leaving out the parts of an identifier too would exclude too much. */
function wholeTerm(word: string): string[] {
  return termsOf(word)
    .map(({ term }) => term)
    .slice(-1)
}

import type { IndexView, SearchIndex, TextQuery } from "../../engines/index/bm25"
import { expand } from "../../engines/index/feedback"
import { queryTerms, termsOf } from "../../engines/index/terms"
import type { Hit } from "../../engines/index/top-k"
import type { Db } from "../../platform/db/db"
import { parseOperators, phraseMatcher, phraseWords } from "./operators"
import { passageReader, type ReadPassages } from "./passages"
import type { SearchInput } from "./schema"

type LexicalDeps = { db: Db; search: SearchIndex }

/** So many of the best passages are taken as if the reader had called them relevant. */
const READ_FOR_FEEDBACK = 10
/** Hits whose passages are read at once to see whether they have a phrase. */
const READ_FOR_PHRASES = 200

/** The best chunks by their words, best first; none for a query without any. */
export async function lexicalHits(
  { db, search }: LexicalDeps,
  { query, document_ids: documentIds, document_names = [], metadata, explain }: SearchInput,
  topK: number,
  read = passageReader(db),
): Promise<Hit[]> {
  const { text, phrases, without, files } = parseOperators(query)
  const names = [...document_names, ...files]
  const filter = { documentIds, metadata, ...(names.length > 0 && { names }) }
  const asked: TextQuery = {
    ...{ terms: queryTerms(text), explain, topK },
    ...(without.length > 0 && { none: without.flatMap(wholeTerms) }),
  }
  return await search.look(db, filter, async (index) => {
    if (phrases.length > 0) {
      const exact = await hitsWithPhrases(db, index, asked, phrases)
      // What nothing says just so is looked for by its words.
      return exact.length > 0 ? exact : await index.search(asked)
    }
    const isPlain = without.length === 0 && files.length === 0
    return isPlain ? await hitsWithFeedback(read, index, asked) : await index.search(asked)
  })
}

/** By the words of the query, and by those that feedback adds to it. */
async function hitsWithFeedback(
  read: ReadPassages,
  index: IndexView,
  asked: TextQuery,
): Promise<Hit[]> {
  const { terms, topK } = asked
  const hits = await index.search({ ...asked, topK: Math.max(topK, READ_FOR_FEEDBACK) })
  const expanded = await expand(
    terms,
    () => passagesOf(read, hits.slice(0, READ_FOR_FEEDBACK)),
    index.statistics,
  )
  if (!expanded) return hits.slice(0, topK)
  // The added words order what the query's own have found.
  return await index.search({ ...asked, terms: expanded, any: [...terms.keys()] })
}

/** The index knows no places of words, so that passages with all of them are read, best first. */
async function hitsWithPhrases(
  db: Db,
  index: IndexView,
  asked: TextQuery,
  phrases: string[],
): Promise<Hit[]> {
  const matchers = phrases.map(phraseMatcher)
  const all = phrases.flatMap(phraseWords).flatMap(soleTerm)
  const found: Hit[] = []
  for (let seen = 0, count = READ_FOR_PHRASES; ; seen = count, count *= 4) {
    const hits = await index.search({ ...asked, all, topK: count })
    for (let from = seen; from < hits.length; from += READ_FOR_PHRASES) {
      // Not kept, since they may be many.
      const rows = await passagesOf(passageReader(db), hits.slice(from, from + READ_FOR_PHRASES))
      for (const { chunk, document, hit } of rows) {
        const texts = [chunk.content, ...chunk.headingPath, document.name]
        if (matchers.every((matches) => texts.some(matches))) found.push(hit)
        if (found.length === asked.topK) return found
      }
    }
    if (hits.length < count) return found
  }
}

/** The passages of hits in their order, without those that are gone. */
async function passagesOf(read: ReadPassages, hits: Hit[]) {
  const rows = await read(hits.map(({ chunkId }) => chunkId))
  return hits.flatMap((hit) => {
    const row = rows.get(hit.chunkId)
    return row ? [{ ...row, hit, score: hit.score }] : []
  })
}

/** The term of a plain word; an identifier can be written in ways that give others. */
function soleTerm(word: string): string[] {
  const terms = termsOf(word).map(({ term }) => term)
  return terms.length === 1 ? terms : []
}

/** A word as the index has it: of an identifier the whole, else its parts would be left out too. */
function wholeTerms(word: string): string[] {
  return termsOf(word)
    .map(({ term }) => term)
    .slice(-1)
}

import { expand } from "../../engines/index/feedback"
import type { IndexView, SearchIndex, TextQuery } from "../../engines/index/search-index"
import type { Hit } from "../../engines/index/top-k"
import type { Db } from "../../platform/db/db"
import { passageReader, type ReadPassages } from "./passages"
import type { Phrase, SearchPlan } from "./query"

type LexicalDeps = { db: Db; search: SearchIndex }

/** How many of the best passages feedback treats as relevant. */
const READ_FOR_FEEDBACK = 10
/** Passages read together to look for a phrase in them. */
const READ_FOR_PHRASES = 200

/** Returns the best chunks by their words, best first. A query without words finds nothing. */
export async function lexicalHits(
  { db, search }: LexicalDeps,
  { query, filter, explain }: Pick<SearchPlan, "query" | "filter" | "explain">,
  topK: number,
  read = passageReader(db),
): Promise<Hit[]> {
  const { terms, phrases, without, files } = query
  const asked: TextQuery = { terms, explain, topK, ...(without.length > 0 && { none: without }) }
  return await search.look(db, filter, async (index) => {
    if (phrases.length > 0) {
      const exact = await hitsWithPhrases(db, index, asked, phrases)
      // If no passage has the phrases, search for their words.
      return exact.length > 0 ? exact : await index.search(asked)
    }
    const isPlain = without.length === 0 && files.length === 0
    return isPlain ? await hitsWithFeedback(read, index, asked) : await index.search(asked)
  })
}

/** Searches for the query's words together with those that feedback adds. */
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
  // The added words only reorder what the query's own words find.
  return await index.search({ ...asked, terms: expanded, any: [...terms.keys()] })
}

/** Reads the passages that have all the words, because the index has no word positions. */
async function hitsWithPhrases(
  db: Db,
  index: IndexView,
  asked: TextQuery,
  phrases: Phrase[],
): Promise<Hit[]> {
  const all = phrases.flatMap(({ terms }) => terms)
  const found: Hit[] = []
  for (let seen = 0, count = READ_FOR_PHRASES; ; seen = count, count *= 4) {
    const hits = await index.search({ ...asked, all, topK: count })
    for (let from = seen; from < hits.length; from += READ_FOR_PHRASES) {
      // A reader of its own, because there may be too many passages to keep.
      const rows = await passagesOf(passageReader(db), hits.slice(from, from + READ_FOR_PHRASES))
      for (const { chunk, document, hit } of rows) {
        const texts = [chunk.content, ...chunk.headingPath, document.name]
        if (phrases.every(({ matches }) => texts.some(matches))) found.push(hit)
        if (found.length === asked.topK) return found
      }
    }
    if (hits.length < count) return found
  }
}

async function passagesOf(read: ReadPassages, hits: Hit[]) {
  const rows = await read(hits.map(({ chunkId }) => chunkId))
  return hits.flatMap((hit) => {
    const row = rows.get(hit.chunkId)
    return row ? [{ ...row, hit, score: hit.score }] : []
  })
}

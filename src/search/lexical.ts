import type { TextQuery } from "./bm25"
import { expand } from "./feedback"
import type { SearchInput } from "./schema"
import type { SearchDeps } from "./service"
import * as store from "./store"
import { queryTerms } from "./terms"
import type { Hit } from "./top-k"

/** So many of the best passages are taken as if the reader had called them relevant. */
const READ_FOR_FEEDBACK = 10

/** The best chunks by their words, best first; none for a query without any. */
export async function lexicalHits(
  { db, search }: Pick<SearchDeps, "db" | "search">,
  { query, document_ids: documentIds, metadata }: SearchInput,
  topK: number,
): Promise<Hit[]> {
  const first: TextQuery = {
    ...{ terms: queryTerms(query), documentIds, metadata },
    topK: Math.max(topK, READ_FOR_FEEDBACK),
  }
  const hits = await search.search(db, first)
  const best = hits.slice(0, READ_FOR_FEEDBACK)
  const rows = await readPassages(db, best)
  const terms = await expand(first.terms, rows, (terms) => search.statistics(db, terms))
  if (!terms) return hits.slice(0, topK)
  // The added words order what the query's own have found.
  return await search.search(db, { ...first, terms, any: [...first.terms.keys()], topK })
}

/** The passages of hits in their order, without those that are gone. */
async function readPassages(db: SearchDeps["db"], hits: Hit[]) {
  if (hits.length === 0) return []
  const found = await store.findPassages(
    db,
    hits.map(({ chunkId }) => chunkId),
  )
  const rows = new Map(found.map((row) => [row.chunk.id, row]))
  return hits.flatMap(({ chunkId, score }) => {
    const row = rows.get(chunkId)
    return row ? [{ ...row, score }] : []
  })
}

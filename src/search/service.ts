import type { Deps } from "../deps"
import { requireDocuments } from "../documents/service"
import { AppError } from "../errors"
import type { TextQuery } from "./bm25"
import { presentLexical } from "./present"
import type { RetrievalResult, SearchInput } from "./schema"
import * as store from "./store"
import { queryTerms } from "./terms"

export type SearchDeps = Pick<Deps, "db" | "config" | "search">

/** So often a search begins again when found passages are replaced before they are read. */
const ATTEMPTS_MAX = 3

/**
 * The best passages for a query, best first. Throws DocumentNotFoundError for an id in
 * `document_ids` that is no document, and ServiceUnavailableError for mode vector: there is no
 * embedding model yet. The default mode does without, and its results say so by their mode.
 */
export async function retrieve(deps: SearchDeps, input: SearchInput): Promise<RetrievalResult[]> {
  if (input.mode === "vector") {
    const sentence = "Vector search needs an embedding model, and none is ready. Use mode hybrid."
    throw new AppError("ServiceUnavailableError", sentence, { mode: input.mode })
  }
  await requireDocuments(deps, input.document_ids ?? [])
  const query: TextQuery = {
    terms: queryTerms(input.query),
    topK: input.top_k ?? deps.config.ragTopK,
    documentIds: input.document_ids,
    metadata: input.metadata,
  }
  for (let attempt = 1; ; attempt++) {
    const { results, complete } = await searchText(deps, query)
    if (complete || attempt === ATTEMPTS_MAX) return results
  }
}

/** Not complete means that a passage was replaced or deleted since it was found. */
async function searchText({ db, search }: SearchDeps, query: TextQuery) {
  const hits = await search.search(db, query)
  if (hits.length === 0) return { results: [], complete: true }
  const passages = new Map(
    (
      await store.findPassages(
        db,
        hits.map(({ chunkId }) => chunkId),
      )
    ).map((row) => [row.chunk.id, row]),
  )
  const results = hits.flatMap(({ chunkId, score }) => {
    const passage = passages.get(chunkId)
    return passage ? [presentLexical(passage, score)] : []
  })
  return { results, complete: results.length === hits.length }
}

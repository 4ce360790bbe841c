import type { Deps } from "../deps"
import { requireDocuments } from "../documents/service"
import { AppError } from "../errors"
import { lexicalHits } from "./lexical"
import { type Found, presentPassage } from "./present"
import type { RetrievalResult, SearchInput } from "./schema"
import * as store from "./store"

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
  for (let attempt = 1; ; attempt++) {
    const found = await find(deps, input)
    const results = await presentAll(deps, found)
    // Fewer means that a passage was replaced or deleted since it was found.
    if (results.length === found.length || attempt === ATTEMPTS_MAX) return results
  }
}

/** What is found in the mode of the query, best first. */
async function find(deps: SearchDeps, input: SearchInput): Promise<Found[]> {
  const hits = await lexicalHits(deps, input, input.top_k ?? deps.config.ragTopK)
  return hits.map((hit) => ({ ...hit, similarity: null, mode: "lexical" }))
}

/** The passages in the order of `found`, without those that are gone. */
async function presentAll({ db }: SearchDeps, found: Found[]): Promise<RetrievalResult[]> {
  if (found.length === 0) return []
  const ids = found.map(({ chunkId }) => chunkId)
  const rows = new Map((await store.findPassages(db, ids)).map((row) => [row.chunk.id, row]))
  return found.flatMap((hit) => {
    const row = rows.get(hit.chunkId)
    return row ? [presentPassage(row, hit)] : []
  })
}

import type { EngineDeps } from "../../engines/deps"
import type { RetrievalResult } from "../../platform/shapes/passage"
import { requireDocuments } from "../documents/service"
import { explainTerms } from "./explain"
import { lexicalHits } from "./lexical"
import { passageReader, type ReadPassages } from "./passages"
import { type Found, presentPassage } from "./present"
import { RERANK_MS, reranked } from "./rerank"
import type { SearchInput } from "./schema"
import { asLexical, hybridFound, vectorFound } from "./vector"

export type SearchDeps = Pick<
  EngineDeps,
  "db" | "config" | "log" | "search" | "embeddings" | "reranker"
>

/** So often a search begins again when found passages are replaced before they are read. */
const ATTEMPTS_MAX = 3

/**
 * The best passages for a query, best first. Throws DocumentNotFoundError for an id in
 * `document_ids` that is no document, and ServiceUnavailableError for mode vector as
 * long as no model is ready. The default mode does without, and its results say so by their mode.
 */
export async function retrieve(
  deps: SearchDeps,
  input: SearchInput,
  rerank_ms = RERANK_MS,
): Promise<RetrievalResult[]> {
  await requireDocuments(deps, input.document_ids ?? [])
  const find = (input: SearchInput) => deps.search.reading(() => retrieveAsFound(deps, input))
  return await reranked(deps, input, rerank_ms, find)
}

async function retrieveAsFound(deps: SearchDeps, input: SearchInput): Promise<RetrievalResult[]> {
  for (let attempt = 1; ; attempt++) {
    const read = passageReader(deps.db)
    const found = await find(deps, input, read)
    const { results, gone } = await presentAll(read, input, found)
    // Replaced or deleted since they were found.
    if (gone.length === 0 || attempt === ATTEMPTS_MAX) return results
    deps.embeddings.serving()?.index.forget(gone)
  }
}

/** What is found in the mode of the query, best first. */
async function find(deps: SearchDeps, input: SearchInput, read: ReadPassages): Promise<Found[]> {
  const { mode = "hybrid", top_k = deps.config.ragTopK } = input
  switch (mode) {
    case "lexical":
      return asLexical(await lexicalHits(deps, input, top_k, read))
    case "vector":
      return await vectorFound(deps, input)
    case "hybrid":
      return await hybridFound(deps, input, read)
  }
}

/** The passages in the order of `found`, and the chunks that are gone. */
async function presentAll(
  read: ReadPassages,
  { query, explain }: SearchInput,
  found: Found[],
): Promise<{ results: RetrievalResult[]; gone: number[] }> {
  const ids = found.map(({ chunkId }) => chunkId)
  const rows = await read(ids)
  const results = found.flatMap((hit): RetrievalResult[] => {
    const row = rows.get(hit.chunkId)
    if (!row) return []
    const lexical = hit.terms ? explainTerms(row, query, hit.terms) : null
    const fusion = hit.fusion ?? null
    return [presentPassage(row, hit, explain ? { lexical, fusion } : undefined)]
  })
  return { results, gone: ids.filter((id) => !rows.has(id)) }
}

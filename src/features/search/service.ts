import type { EngineDeps } from "../../engines/deps"
import type { RetrievalResult } from "../../platform/shapes/passage"
import { requireDocuments } from "../documents/service"
import { explainTerms } from "./explain"
import { lexicalHits } from "./lexical"
import { passageReader, type ReadPassages } from "./passages"
import { type Found, presentPassage } from "./present"
import { planSearch, type SearchPlan } from "./query"
import { RERANK_MS, RERANKED, rerank } from "./rerank"
import { type Search, scopeOf } from "./scope"
import { asLexical, hybridFound, vectorFound } from "./vector"

export type SearchDeps = Pick<
  EngineDeps,
  "db" | "config" | "log" | "search" | "embeddings" | "reranker"
>

/** How often a search starts over because passages were replaced before it read them. */
const ATTEMPTS_MAX = 3

/**
 * Returns the best passages, best first: of the named documents, else of all but the files of
 * chats. Throws DocumentNotFoundError, and ServiceUnavailableError
 * for mode vector while no model is ready; mode hybrid then searches by words alone.
 */
export async function retrieve(
  deps: SearchDeps,
  input: Search,
  rerank_ms = RERANK_MS,
): Promise<RetrievalResult[]> {
  await requireDocuments(deps, input.document_ids ?? [])
  const plan = planSearch(input, await scopeOf(deps.db, input), deps.config)
  const isReranked = (input.rerank ?? true) && deps.reranker.state().status !== "off"
  if (!isReranked) return await search(deps, plan)
  const results = await search(deps, { ...plan, topK: Math.max(plan.topK, RERANKED) })
  return (await rerank(deps, plan, results, rerank_ms)).slice(0, plan.topK)
}

async function search(deps: SearchDeps, plan: SearchPlan): Promise<RetrievalResult[]> {
  return await deps.search.reading(async () => {
    for (let attempt = 1; ; attempt++) {
      const read = passageReader(deps.db)
      const found = await find(deps, plan, read)
      const { results, gone } = await presentAll(read, plan, found)
      // They were replaced or deleted since they were found.
      if (gone.length === 0 || attempt === ATTEMPTS_MAX) return results
      deps.embeddings.serving()?.index.forget(gone)
    }
  })
}

async function find(deps: SearchDeps, plan: SearchPlan, read: ReadPassages): Promise<Found[]> {
  switch (plan.mode) {
    case "lexical":
      return asLexical(await lexicalHits(deps, plan, plan.topK, read))
    case "vector":
      return await vectorFound(deps, plan)
    case "hybrid":
      return await hybridFound(deps, plan, read)
  }
}

/** Returns the passages in the order of `found`, and the ids of chunks that are gone. */
async function presentAll(
  read: ReadPassages,
  { query, explain }: SearchPlan,
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

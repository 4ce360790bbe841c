import type { EngineDeps } from "../../engines/deps"
import { messageOf } from "../../platform/errors"
import type { RetrievalResult } from "../../platform/shapes/passage"
import type { SearchPlan } from "./query"

type RerankDeps = Pick<EngineDeps, "log" | "reranker">

/** How many of the best results the cross-encoder reads; the others keep their places. */
export const RERANKED = 30
/** A search that has waited this long for the model answers in its own order. */
export const RERANK_MS = 3000

/** Reorders the best results. Returns them unchanged if the model isn't ready, fails or is late. */
export async function rerank(
  { log, reranker }: RerankDeps,
  { query, explain }: Pick<SearchPlan, "query" | "explain">,
  results: RetrievalResult[],
  timeout_ms: number,
): Promise<RetrievalResult[]> {
  try {
    const passages = results.slice(0, RERANKED).map(textOf)
    const scores = await reranker.score(query.text, passages, timeout_ms)
    return inOrderOf(scores, results, explain)
  } catch (thrown) {
    const reason = messageOf(thrown)
    log.warn({ module: "search", event: "search.not_reranked", reason })
    return results
  }
}

/** The search's scores stay with their ranks, so they still descend. */
function inOrderOf(
  scores: number[],
  results: RetrievalResult[],
  explain: boolean,
): RetrievalResult[] {
  const read = results.slice(0, scores.length).map((result, i) => {
    return { result, before: i + 1, score: scores[i] ?? 0 }
  })
  read.sort((a, b) => b.score - a.score)
  const ordered = read.map(({ result, before, score }, i): RetrievalResult => {
    const rerank = { score, rank_before: before, rank: i + 1 }
    const { lexical = null, fusion = null } = result.explain ?? {}
    return {
      ...result,
      score: results[i]?.score ?? 0,
      ...(explain && { explain: { lexical, fusion, rerank } }),
    }
  })
  return [...ordered, ...results.slice(scores.length)]
}

/** With the headings, as for embeddings: they often name what the text then only calls "it". */
function textOf({ heading_path, content }: RetrievalResult): string {
  return [...heading_path, content].join("\n")
}

import type { EngineDeps } from "../../engines/deps"
import { messageOf } from "../../platform/errors"
import type { RetrievalResult } from "../../platform/shapes/passage"
import { parseOperators } from "./operators"
import type { SearchInput } from "./schema"

type RerankDeps = Pick<EngineDeps, "config" | "log" | "reranker">

/** So many of the best results are read; what stands further down stays there. */
const READ = 30
/** A search that has waited so long for the model answers in its own order. */
export const RERANK_MS = 3000

/**
 * What `retrieve` finds, the best ordered anew by the cross-encoder of the settings. As long as that
 * is not ready, fails or takes longer than `timeout_ms`, the order is that of `retrieve`.
 */
export async function reranked(
  { config, log, reranker }: RerankDeps,
  input: SearchInput,
  timeout_ms: number,
  retrieve: (input: SearchInput) => Promise<RetrievalResult[]>,
): Promise<RetrievalResult[]> {
  const { query, top_k = config.ragTopK, rerank = true, explain = false } = input
  if (!rerank || reranker.state().status === "off") return await retrieve(input)
  const results = await retrieve({ ...input, top_k: Math.max(top_k, READ) })
  try {
    const passages = results.slice(0, READ).map(textOf)
    const scores = await reranker.score(parseOperators(query).text, passages, timeout_ms)
    return inOrderOf(scores, results, explain).slice(0, top_k)
  } catch (thrown) {
    const reason = messageOf(thrown)
    log.warn({ module: "search", event: "search.not_reranked", reason })
    return results.slice(0, top_k)
  }
}

/** The scores of the search stay with the places, so that they still order the results. */
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

/** As for its vector: the headings often name what the text then only calls "it". */
function textOf({ heading_path, content }: RetrievalResult): string {
  return [...heading_path, content].join("\n")
}

import type { EngineDeps } from "../../engines/deps"
import type { Hit } from "../../engines/index/top-k"
import type { Serving } from "../../engines/inference/embeddings"
import { AppError, messageOf } from "../../platform/errors"
import { fuse } from "./fuse"
import { lexicalHits } from "./lexical"
import type { ReadPassages } from "./passages"
import type { Found } from "./present"
import type { ParsedQuery, SearchPlan } from "./query"

type VectorDeps = Pick<EngineDeps, "db" | "log" | "search" | "embeddings">

/** How far down each ranking counts when they are fused. */
const DEPTH = 100

/** Throws ServiceUnavailableError without a model. */
export async function vectorFound(
  { embeddings }: Pick<VectorDeps, "embeddings">,
  { query, filter, topK, threshold }: SearchPlan,
): Promise<Found[]> {
  const serving = embeddings.serving()
  if (!serving) throw unavailable(embeddings.state().note)
  try {
    const vector = await embedQuery(serving, query)
    const { hits } = await serving.index.search({ vector, topK, also: [], ...filter })
    return hits
      .filter(({ score }) => score >= threshold)
      .map((hit) => ({ ...hit, similarity: hit.score, mode: "vector" }))
  } catch (thrown) {
    throw unavailable(messageOf(thrown))
  }
}

/** Searches by words alone while no model is ready. Phrases and excluded words always apply. */
export async function hybridFound(
  deps: VectorDeps,
  plan: SearchPlan,
  read: ReadPassages,
): Promise<Found[]> {
  const { query, filter, topK, threshold } = plan
  const serving = deps.embeddings.serving()
  if (!serving) return asLexical(await lexicalHits(deps, plan, topK, read))
  const embedded = embedQuery(serving, query)
  // A failure is caught below.
  embedded.catch(() => {})
  const lexical = await lexicalHits(deps, plan, DEPTH, read)
  try {
    const also = lexical.map(({ chunkId }) => chunkId)
    const asked = { vector: await embedded, topK: DEPTH, also, ...filter }
    const { hits, similarities } = await serving.index.search(asked)
    for (const { chunkId, score } of hits) similarities.set(chunkId, score)
    const isNear = ({ chunkId }: Hit) => (similarities.get(chunkId) ?? 1) >= threshold
    const nearness = ({ chunkId }: Hit) => similarities.get(chunkId) ?? -1
    const isStrict = query.phrases.length > 0 || query.without.length > 0
    const near = isStrict ? lexical.toSorted((a, b) => nearness(b) - nearness(a)) : hits
    const rankings = [lexical, near].map((ranking) => ranking.filter(isNear))
    const terms = new Map(lexical.map((hit) => [hit.chunkId, hit.terms]))
    return fuse(rankings, topK).map(({ ranks: [words = null, meaning = null], ...hit }) => ({
      ...hit,
      ...{ similarity: similarities.get(hit.chunkId) ?? null, mode: "hybrid" },
      terms: terms.get(hit.chunkId),
      fusion: { lexical_rank: words, vector_rank: meaning, score: hit.score },
    }))
  } catch (thrown) {
    const reason = messageOf(thrown)
    deps.log.warn({ module: "search", event: "search.without_vectors", reason })
    return asLexical(lexical.slice(0, topK))
  }
}

export function asLexical(hits: Hit[]): Found[] {
  return hits.map((hit) => ({ ...hit, similarity: null, mode: "lexical" }))
}

async function embedQuery({ embedder }: Serving, { text }: ParsedQuery): Promise<Float32Array> {
  const [vector] = await embedder.embed([text], { urgent: true })
  if (!vector) throw new Error("The model returned no vector for the query.")
  return vector
}

function unavailable(reason: string): AppError {
  const sentence = `Vector search is not ready: ${reason} Mode hybrid still works.`
  return new AppError("ServiceUnavailableError", sentence, { mode: "vector" })
}

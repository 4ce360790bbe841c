import type { Deps } from "../deps"
import type { Serving } from "../embeddings/keeper"
import { AppError, messageOf } from "../errors"
import { fuse } from "./fuse"
import { lexicalHits } from "./lexical"
import type { Found } from "./present"
import type { SearchInput } from "./schema"

type VectorDeps = Pick<Deps, "db" | "config" | "log" | "search" | "embeddings">

/** How far down each ranking counts when they are fused. */
const DEPTH = 100

/** The passages whose vectors are nearest, down to the threshold. Throws ServiceUnavailableError. */
export async function vectorFound(deps: VectorDeps, input: SearchInput): Promise<Found[]> {
  const { config, embeddings } = deps
  const serving = embeddings.serving()
  if (!serving) throw unavailable(embeddings.state().note)
  const threshold = input.similarity_threshold ?? config.ragSimilarityThreshold
  try {
    const vector = await embedQuery(serving, input)
    const topK = input.top_k ?? config.ragTopK
    const { hits } = await serving.index.search({ vector, topK, also: [], ...filterOf(input) })
    return hits
      .filter(({ score }) => score >= threshold)
      .map((hit) => ({ ...hit, similarity: hit.score, mode: "vector" }))
  } catch (thrown) {
    throw unavailable(messageOf(thrown))
  }
}

/** Words and vectors together; words alone as long as no model is ready, or when it fails. */
export async function hybridFound(deps: VectorDeps, input: SearchInput): Promise<Found[]> {
  const topK = input.top_k ?? deps.config.ragTopK
  const serving = deps.embeddings.serving()
  if (!serving) return asLexical(await lexicalHits(deps, input, topK))
  const embedded = embedQuery(serving, input)
  // Its failure is met below.
  embedded.catch(() => {})
  const lexical = await lexicalHits(deps, input, DEPTH)
  try {
    const also = lexical.map(({ chunkId }) => chunkId)
    const query = { vector: await embedded, topK: DEPTH, also, ...filterOf(input) }
    const { hits, similarities } = await serving.index.search(query)
    for (const { chunkId, score } of hits) similarities.set(chunkId, score)
    const least = input.similarity_threshold ?? -1
    const isNear = ({ chunkId }: { chunkId: number }) => (similarities.get(chunkId) ?? 1) >= least
    const rankings = [lexical, hits].map((ranking) => ranking.filter(isNear))
    return fuse(rankings, topK).map((hit) => ({
      ...hit,
      similarity: similarities.get(hit.chunkId) ?? null,
      mode: "hybrid",
    }))
  } catch (thrown) {
    const reason = messageOf(thrown)
    deps.log.warn({ module: "search", event: "search.without_vectors", reason })
    return asLexical(lexical.slice(0, topK))
  }
}

export function asLexical(hits: { chunkId: number; score: number }[]): Found[] {
  return hits.map((hit) => ({ ...hit, similarity: null, mode: "lexical" }))
}

async function embedQuery({ embedder }: Serving, { query }: SearchInput): Promise<Float32Array> {
  const [vector] = await embedder.embed([query], { urgent: true })
  if (!vector) throw new Error("The model made no vector of the query.")
  return vector
}

function filterOf({ document_ids: documentIds, metadata }: SearchInput) {
  return { documentIds, metadata }
}

function unavailable(reason: string): AppError {
  const sentence = `Vector search is not ready: ${reason} Mode hybrid works meanwhile.`
  return new AppError("ServiceUnavailableError", sentence, { mode: "vector" })
}

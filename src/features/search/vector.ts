import type { EngineDeps } from "../../engines/deps"
import type { Hit } from "../../engines/index/top-k"
import type { Serving } from "../../engines/inference/embeddings"
import { AppError, messageOf } from "../../platform/errors"
import { fuse } from "./fuse"
import { lexicalHits } from "./lexical"
import { parseOperators } from "./operators"
import type { ReadPassages } from "./passages"
import type { Found } from "./present"
import type { SearchInput } from "./schema"

type VectorDeps = Pick<EngineDeps, "db" | "config" | "log" | "search" | "embeddings">

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

/**
 * Words and vectors together; words alone as long as no model is ready, or when it fails. Of a query
 * with phrases, or words to leave out, only what its words admit is found.
 */
export async function hybridFound(
  deps: VectorDeps,
  input: SearchInput,
  read: ReadPassages,
): Promise<Found[]> {
  const topK = input.top_k ?? deps.config.ragTopK
  const serving = deps.embeddings.serving()
  if (!serving) return asLexical(await lexicalHits(deps, input, topK, read))
  const embedded = embedQuery(serving, input)
  // Its failure is met below.
  embedded.catch(() => {})
  const lexical = await lexicalHits(deps, input, DEPTH, read)
  try {
    const also = lexical.map(({ chunkId }) => chunkId)
    const query = { vector: await embedded, topK: DEPTH, also, ...filterOf(input) }
    const { hits, similarities } = await serving.index.search(query)
    for (const { chunkId, score } of hits) similarities.set(chunkId, score)
    const least = input.similarity_threshold ?? -1
    const isNear = ({ chunkId }: Hit) => (similarities.get(chunkId) ?? 1) >= least
    const nearness = ({ chunkId }: Hit) => similarities.get(chunkId) ?? -1
    const { phrases, without } = parseOperators(input.query)
    const isStrict = phrases.length > 0 || without.length > 0
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

async function embedQuery({ embedder }: Serving, { query }: SearchInput): Promise<Float32Array> {
  const { text } = parseOperators(query)
  const [vector] = await embedder.embed([text], { urgent: true })
  if (!vector) throw new Error("The model made no vector of the query.")
  return vector
}

function filterOf({
  query,
  document_ids: documentIds,
  document_names = [],
  metadata,
}: SearchInput) {
  const names = [...document_names, ...parseOperators(query).files]
  return { documentIds, metadata, ...(names.length > 0 && { names }) }
}

function unavailable(reason: string): AppError {
  const sentence = `Vector search is not ready: ${reason} Mode hybrid works meanwhile.`
  return new AppError("ServiceUnavailableError", sentence, { mode: "vector" })
}

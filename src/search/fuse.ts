import type { Hit } from "./top-k"

/** Damps the first ranks: of Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion", SIGIR 2009. */
const K = 60

/**
 * Rankings as one, by the sum of 1 / (60 + rank) over those that a chunk stands in. Their scores
 * need not be of one kind. Each has the same say: what both find comes before what one finds.
 */
export function fuse(rankings: Hit[][], topK: number): Hit[] {
  const scores = new Map<number, number>()
  for (const ranking of rankings) {
    for (const [index, { chunkId }] of ranking.entries()) {
      scores.set(chunkId, (scores.get(chunkId) ?? 0) + 1 / (K + index + 1))
    }
  }
  return [...scores]
    .map(([chunkId, score]) => ({ chunkId, score }))
    .sort((a, b) => b.score - a.score || a.chunkId - b.chunkId)
    .slice(0, topK)
}

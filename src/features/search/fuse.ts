import type { Hit } from "../../engines/index/top-k"

/** Damps the first ranks (Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion", SIGIR 2009). */
const K = 60

type Fused = Hit & {
  /** Its rank in each ranking, from 1, or null. */
  ranks: (number | null)[]
}

/** Sums 1 / (60 + rank) over the rankings that contain a chunk, so their scores needn't compare. */
export function fuse(rankings: Hit[][], topK: number): Fused[] {
  const fused = new Map<number, Fused>()
  for (const [which, ranking] of rankings.entries()) {
    for (const [index, { chunkId }] of ranking.entries()) {
      const hit = fused.get(chunkId) ?? { chunkId, score: 0, ranks: rankings.map(() => null) }
      hit.score += 1 / (K + index + 1)
      hit.ranks[which] = index + 1
      fused.set(chunkId, hit)
    }
  }
  return [...fused.values()]
    .sort((a, b) => b.score - a.score || a.chunkId - b.chunkId)
    .slice(0, topK)
}

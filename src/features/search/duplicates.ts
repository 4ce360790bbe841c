import { termsOf } from "../../engines/index/terms"
import type { RetrievalResult } from "../../platform/shapes/passage"
import type { DistinctResult } from "./schema"

/** Passages that share this much of their words count as the same. */
const SHARED_MIN = 0.9

/** Moves results that repeat a better one into its `also_in`. For readers, not for counting. */
export function distinct(results: readonly RetrievalResult[]): DistinctResult[] {
  const kept: { result: DistinctResult; words: ReadonlySet<string> }[] = []
  for (const result of results) {
    const words = new Set(termsOf(result.content).map(({ term }) => term))
    const same = kept.find((it) => saysTheSame(it.words, words))
    if (same) same.result.also_in.push(result)
    else kept.push({ result: { ...result, also_in: [] }, words })
  }
  return kept.map(({ result }) => result)
}

/** Compares the Jaccard index of the sets of words. */
function saysTheSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a]
  if (small.size < SHARED_MIN * large.size) return false
  let shared = 0
  for (const word of small) if (large.has(word)) shared++
  return shared >= SHARED_MIN * (a.size + b.size - shared)
}

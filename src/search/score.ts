import type { Lengths, Postings } from "./packing"
import { type Hit, TopK } from "./top-k"

/** How fast more of the same term stops to count, and how much length counts against a chunk. */
const K1 = 1.2
const B = 0.75

/** One segment as a query sees it. The masks hold 1 by ordinal; undefined masks nothing. */
export type Part = {
  lengths: Lengths
  dead: Uint8Array | undefined
  liveCount: number
  /** Terms in all its live chunks together. */
  liveTerms: number
  allowed: Uint8Array | undefined
  postings: ReadonlyMap<string, Postings>
}

/**
 * Okapi BM25 over the live chunks of all parts together, with Lucene's idf,
 * ln(1 + (N - df + 0.5) / (df + 0.5)), and without the constant factor k1 + 1 (Robertson and
 * Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; Kamphuis et al.,
 * "Which BM25 Do You Mean?", 2020). `terms` maps each term to how often the query names it. A
 * filter picks from the results and leaves the statistics as they are.
 */
export function score(parts: Part[], terms: ReadonlyMap<string, number>, topK: number): Hit[] {
  const count = sum(parts.map((part) => part.liveCount))
  const averageLength = sum(parts.map((part) => part.liveTerms)) / count || 1
  const weights = new Map<string, number>()
  for (const [term, times] of terms) {
    const frequency = sum(parts.map((part) => documentFrequency(part, term)))
    const idf = Math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))
    weights.set(term, idf * times)
  }
  const best = new TopK(topK)
  for (const part of parts) scorePart(part, weights, averageLength, best)
  return best.best()
}

function scorePart(
  part: Part,
  weights: ReadonlyMap<string, number>,
  averageLength: number,
  best: TopK,
): void {
  const { ids, lengths } = part.lengths
  const scores = new Float64Array(ids.length)
  for (const [term, weight] of weights) {
    const postings = part.postings.get(term)
    if (!postings) continue
    const { ordinals, frequencies } = postings
    for (let i = 0; i < ordinals.length; i++) {
      const ordinal = ordinals[i] ?? 0
      const frequency = frequencies[i] ?? 0
      const norm = K1 * (1 - B + (B * (lengths[ordinal] ?? 0)) / averageLength)
      scores[ordinal] = (scores[ordinal] ?? 0) + (weight * frequency) / (frequency + norm)
    }
  }
  const { dead, allowed } = part
  for (let ordinal = 0; ordinal < scores.length; ordinal++) {
    const found = scores[ordinal] ?? 0
    if (found === 0 || dead?.[ordinal] === 1 || allowed?.[ordinal] === 0) continue
    best.offer(ids[ordinal] ?? 0, found)
  }
}

function documentFrequency({ postings, dead }: Part, term: string): number {
  const found = postings.get(term)
  if (!found) return 0
  if (!dead) return found.ordinals.length
  let count = 0
  for (const ordinal of found.ordinals) if (dead[ordinal] !== 1) count++
  return count
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

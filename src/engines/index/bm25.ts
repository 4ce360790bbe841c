import { admittedBy, type Conditions, type Part } from "./conditions"
import { type Hit, type TermScore, TopK } from "./top-k"

/** BM25's term saturation and length normalisation. */
const K1 = 1.2
const B = 0.75

/** `frequency` is the number of chunks with a term, `idf` the weight that follows from it. */
export type TermStatistics = { frequency: number; chunkCount: number; idf: number }

type Weighted = { times: number; idf: number }

/**
 * Okapi BM25 over the live chunks of all parts together, with Lucene's idf, ln(1 + (N - df + 0.5) /
 * (df + 0.5)), and without the constant factor k1 + 1 (Robertson and Zaragoza, "The Probabilistic
 * Relevance Framework: BM25 and Beyond", 2009; Kamphuis et al., "Which BM25 Do You Mean?", 2020).
 * Frequencies already include field weights (see segment.ts), as in BM25F with one length. `terms`
 * maps each term to how often the query names it. Filters restrict the results but not the
 * statistics.
 */
export function score(
  parts: Part[],
  terms: ReadonlyMap<string, number>,
  { topK, explain = false, ...conditions }: Conditions & { topK: number; explain?: boolean },
): Hit[] {
  const statistics = statisticsOf(parts, terms.keys())
  const weighted = new Map<string, Weighted>()
  for (const [term, times] of terms) {
    weighted.set(term, { times, idf: statistics.get(term)?.idf ?? 0 })
  }
  const averageLength = averageOf(parts)
  const best = new TopK(topK)
  for (const part of parts) {
    scorePart(part, weighted, averageLength, admittedBy(part, conditions), best)
  }
  const hits = best.best()
  if (!explain) return hits
  return hits.map((hit) => ({ ...hit, terms: termScores(parts, weighted, averageLength, hit) }))
}

export function statisticsOf(parts: Part[], terms: Iterable<string>): Map<string, TermStatistics> {
  const chunkCount = sum(parts.map((part) => part.liveCount))
  const statistics = new Map<string, TermStatistics>()
  for (const term of terms) {
    const frequency = sum(parts.map((part) => documentFrequency(part, term)))
    const idf = Math.log(1 + (chunkCount - frequency + 0.5) / (frequency + 0.5))
    statistics.set(term, { frequency, chunkCount, idf })
  }
  return statistics
}

function averageOf(parts: Part[]): number {
  return sum(parts.map((part) => part.liveTerms)) / sum(parts.map((part) => part.liveCount)) || 1
}

function scorePart(
  part: Part,
  weighted: ReadonlyMap<string, Weighted>,
  averageLength: number,
  admitted: Uint8Array | undefined,
  best: TopK,
): void {
  const { ids, lengths } = part.lengths
  const scores = new Float64Array(ids.length)
  for (const [term, { times, idf }] of weighted) {
    const postings = part.postings.get(term)
    if (!postings) continue
    const { ordinals, frequencies } = postings
    const weight = idf * times
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
    if (found === 0 || dead?.[ordinal] === 1) continue
    if (allowed?.[ordinal] === 0 || admitted?.[ordinal] === 0) continue
    best.offer(ids[ordinal] ?? 0, found)
  }
}

function termScores(
  parts: Part[],
  weighted: ReadonlyMap<string, Weighted>,
  averageLength: number,
  { chunkId }: Hit,
): TermScore[] {
  return parts.flatMap(({ lengths: { ids, lengths }, dead, postings }) => {
    const ordinal = ids.indexOf(chunkId)
    if (ordinal < 0 || dead?.[ordinal] === 1) return []
    const norm = K1 * (1 - B + (B * (lengths[ordinal] ?? 0)) / averageLength)
    return [...weighted].flatMap(([term, { times, idf }]) => {
      const found = postings.get(term)
      const at = found?.ordinals.indexOf(ordinal) ?? -1
      if (at < 0) return []
      const frequency = found?.frequencies[at] ?? 0
      return [
        { term, times, idf, frequency, score: (idf * times * frequency) / (frequency + norm) },
      ]
    })
  })
}

function documentFrequency({ postings, dead }: Part, term: string): number {
  const found = postings.get(term)
  if (!found) return 0
  if (!dead) return found.ordinals.length
  let count = 0
  for (const ordinal of found.ordinals) if (dead[ordinal] !== 1) count++
  return count
}

export function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

import { sum, type TermStatistics } from "./bm25"
import type { PassageRow } from "./chunk-store"
import { type Term, tokenizer } from "./terms"

/** How many words are added, and how many are looked up to choose them from. */
const ADDED = 20
const LOOKED_UP = 100
/** The largest share of the query's weight for added words, and the smallest worth adding. */
const SHARE_MAX = 0.8
const SHARE_MIN = 0.1
/** A word in a larger share of the chunks says nothing; one in a single chunk finds no other. */
const CHUNKS_SHARE_MAX = 0.1
const CHUNKS_MIN = 2
/** In a larger index, looking up the words takes too long for a search. */
const INDEX_CHUNKS_MAX = 30_000

type ScoredPassage = PassageRow & { score: number }
type Statistics = (terms: string[]) => Promise<ReadonlyMap<string, TermStatistics>>

/**
 * Adds words that a query's best passages share (pseudo-relevance feedback, RM3: Abdul-Jaleel et
 * al., "UMass at TREC 2004"). The more of the query the best passage has, the less is added. Code
 * adds nothing, because its names mean little elsewhere. Returns undefined if there is nothing to
 * add. `readBest` returns the best passages, best first.
 */
export async function expand(
  query: ReadonlyMap<string, number>,
  readBest: () => Promise<ScoredPassage[]>,
  statistics: Statistics,
): Promise<Map<string, number> | undefined> {
  const known = await statistics([...query.keys()])
  if (known.values().some(({ chunkCount }) => chunkCount > INDEX_CHUNKS_MAX)) return undefined
  const rows = await readBest()
  const [best] = rows
  if (!best) return undefined
  const termsOf = tokenizer()
  const share = SHARE_MAX * (1 - coverage(query, termsIn(best, termsOf), known))
  if (share < SHARE_MIN) return undefined
  const shared = sharedTerms(distinctProse(rows), termsOf)
  const added = await choose(shared, statistics)
  if (added.length === 0) return undefined

  const total = sum([...query.values()])
  const totalAdded = sum(added.map(([, weight]) => weight))
  const expanded = new Map([...query].map(([term, times]) => [term, times * (1 - share)]))
  for (const [term, weight] of added) {
    expanded.set(term, (expanded.get(term) ?? 0) + (share * total * weight) / totalAdded)
  }
  return expanded
}

/** Returns the share of the query, by weight, that is among `terms`. */
function coverage(
  query: ReadonlyMap<string, number>,
  terms: ReadonlySet<string>,
  known: ReadonlyMap<string, TermStatistics>,
): number {
  let all = 0
  let covered = 0
  for (const [term, times] of query) {
    const { frequency, idf } = known.get(term) ?? unknown
    if (frequency === 0) continue
    all += times * idf
    if (terms.has(term)) covered += times * idf
  }
  return all === 0 ? 1 : covered / all
}

function termsIn({ chunk, document }: PassageRow, termsOf: (text: string) => Term[]) {
  const texts = [document.name, ...chunk.headingPath, chunk.content]
  return new Set(texts.flatMap(termsOf).map(({ term }) => term))
}

function distinctProse(rows: readonly ScoredPassage[]): ScoredPassage[] {
  const first = new Map<string, ScoredPassage>()
  for (const row of rows) {
    const { documentId } = row.chunk
    if (row.document.type !== "code" && !first.has(documentId)) first.set(documentId, row)
  }
  return [...first.values()]
}

/** Weighs the terms of passages, where better passages count more. Heaviest first. */
function sharedTerms(
  passages: readonly ScoredPassage[],
  termsOf: (text: string) => Term[],
): [string, number][] {
  const bestScore = passages[0]?.score ?? 1
  const weights = new Map<string, number>()
  for (const { chunk, score } of passages) {
    const terms = termsOf(chunk.content).filter(({ stop }) => !stop)
    const weight = score / bestScore / terms.length
    for (const { term } of terms) weights.set(term, (weights.get(term) ?? 0) + weight)
  }
  return [...weights].sort(byWeight)
}

async function choose(terms: [string, number][], statistics: Statistics) {
  const candidates = terms.slice(0, LOOKED_UP)
  const known = await statistics(candidates.map(([term]) => term))
  const weighed = candidates.flatMap(([term, weight]): [string, number][] => {
    const { frequency, idf, chunkCount } = known.get(term) ?? unknown
    const tells = frequency >= CHUNKS_MIN && frequency <= chunkCount * CHUNKS_SHARE_MAX
    return tells ? [[term, weight * idf]] : []
  })
  return weighed.sort(byWeight).slice(0, ADDED)
}

const unknown: TermStatistics = { frequency: 0, idf: 0, chunkCount: 0 }

/** Heaviest first, then alphabetically, so that the same index always adds the same words. */
function byWeight([a, x]: [string, number], [b, y]: [string, number]): number {
  return y - x || (a < b ? -1 : 1)
}

import { findSpread } from "../../engines/index/chunk-store"
import type { RetrievalResult } from "../../platform/shapes/passage"
import { distinct } from "./duplicates"
import { presentPassage } from "./present"
import { type Search, scopeOf } from "./scope"
import { retrieve, type SearchDeps } from "./service"

/** With more chunks than this, a spread over all of them says little and takes a long query. */
const SPREAD_CHUNKS_MAX = 5000
/** The most characters of joined neighbours: a citation of a longer passage says little. */
const JOINED_LENGTH_MAX = 2400

/**
 * Returns the passages that an agent reads for a task: the best for its query, then up to `top_k`
 * others spread over the same documents, because a task shares few words with its subject. In
 * reading order, without duplicates, and with overlapping neighbours joined.
 */
export async function gatherContext(
  deps: SearchDeps,
  input: Search & { top_k: number },
): Promise<RetrievalResult[]> {
  const [found, scope] = await Promise.all([retrieve(deps, input), scopeOf(deps.db, input)])
  const others = await spread(deps, scope, found, input.top_k - found.length)
  const passages = distinct([...found, ...others]).map(({ also_in: _, ...passage }) => passage)
  passages.sort((a, b) => compare(a.document_id, b.document_id) || a.start - b.start)
  return joinNeighbours(passages)
}

/** Joins passages that touch or overlap. The content stays exactly that of the document. */
export function joinNeighbours(passages: readonly RetrievalResult[]): RetrievalResult[] {
  const joined: RetrievalResult[] = []
  for (const next of passages) {
    const last = joined.at(-1)
    if (!last || !continues(last, next)) {
      joined.push(next)
      continue
    }
    const content = last.content + next.content.slice(last.end - next.start)
    const score = Math.max(last.score, next.score)
    joined[joined.length - 1] = { ...last, content, end: next.end, score }
  }
  return joined
}

function continues(last: RetrievalResult, next: RetrievalResult): boolean {
  const isSame = (["document_id", "document_version", "page"] as const).every(
    (key) => last[key] === next[key],
  )
  const borders = next.start <= last.end && next.end > last.end
  const section = next.heading_path.join("\n") === last.heading_path.join("\n")
  return isSame && section && borders && next.end - last.start <= JOINED_LENGTH_MAX
}

/** Returns passages that are not in `found`, unless the documents are too long. */
async function spread(
  { db }: SearchDeps,
  scope: Awaited<ReturnType<typeof scopeOf>>,
  found: RetrievalResult[],
  count: number,
): Promise<RetrievalResult[]> {
  if (count <= 0) return []
  const wanted = { known: found, count, limit: SPREAD_CHUNKS_MAX }
  const passages = await findSpread(db, scope, wanted)
  const unranked = { score: 0, similarity: null, mode: "lexical" } as const
  return passages.map((row) => presentPassage(row, unranked))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

import { presentPassage } from "./present"
import type { RetrievalResult, SearchInput } from "./schema"
import { retrieve, type SearchDeps } from "./service"
import { findPassages, listChunkPlaces } from "./store"

/** Above this many chunks a spread over all of them tells little and costs a long query. */
const SPREAD_CHUNKS_MAX = 5000

/**
 * The passages that an agent reads for a task: the best for its query, filled up to `top_k` with
 * others spread evenly over the same documents, since a task such as "what should be built?" shares
 * few words with what it is about. In reading order, so that neighbours stand together.
 */
export async function gatherContext(
  deps: SearchDeps,
  input: SearchInput & { top_k: number },
): Promise<RetrievalResult[]> {
  const found = await retrieve(deps, input)
  const others = await spread(deps, input.document_ids, found, input.top_k - found.length)
  return [...found, ...others].sort(
    (a, b) => compare(a.document_id, b.document_id) || a.start - b.start,
  )
}

/** `count` passages that lie evenly over the documents and are not in `found`. */
async function spread(
  { db }: SearchDeps,
  documentIds: string[] | undefined,
  found: RetrievalResult[],
  count: number,
): Promise<RetrievalResult[]> {
  if (count <= 0) return []
  const places = await listChunkPlaces(db, documentIds, SPREAD_CHUNKS_MAX + 1)
  if (places.length > SPREAD_CHUNKS_MAX) return []
  const known = new Set(found.map((it) => `${it.document_id} ${it.chunk_index}`))
  const others = places.filter((it) => !known.has(`${it.documentId} ${it.chunkIndex}`))
  const step = Math.max(1, others.length / count)
  const chosen = Array.from({ length: Math.min(count, others.length) }).flatMap(
    (_, index) => others[Math.floor(index * step)] ?? [],
  )
  if (chosen.length === 0) return []
  const passages = await findPassages(
    db,
    chosen.map(({ id }) => id),
  )
  const unranked = { score: 0, similarity: null, mode: "lexical" } as const
  return passages.map((row) => presentPassage(row, unranked))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

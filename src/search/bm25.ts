import type { Db } from "../db/db"
import { AppError } from "../errors"
import { background } from "./background"
import { type Part, score } from "./score"
import { type CachedSegment, maskOf, SegmentCache } from "./segment-cache"
import { type Filter, readSnapshot, type Snapshot } from "./snapshot-store"
import type { Hit } from "./top-k"

/** So often a search begins again when merges take away parts while it reads them. */
const ATTEMPTS_MAX = 20

export type TextQuery = Filter & {
  /** Terms as in the index, with how often the query names each. */
  terms: ReadonlyMap<string, number>
  topK: number
}

/** The text index of one database, with a bounded memory of what was read of it. */
export type SearchIndex = {
  /** The best chunks, best first, scored exactly over what was committed at one moment. */
  search(db: Db, query: TextQuery): Promise<Hit[]>
  /** The ids of those of `chunkIds` (ascending) that stand in each of the live segments. */
  locate(db: Db, segmentIds: number[], chunkIds: number[]): Promise<Map<number, number[]>>
  /** Does `work` in the background, one at a time; a call meanwhile makes it run once more. */
  tidy(work: () => Promise<void>): void
  /** Waits until nothing runs in the background; nothing new begins afterwards. */
  close(): Promise<void>
}

export function createSearchIndex(): SearchIndex {
  const cache = new SegmentCache()

  async function search(db: Db, query: TextQuery): Promise<Hit[]> {
    if (query.terms.size === 0) return []
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const parts = await readParts(cache, db, query)
      if (parts) return score(parts, query.terms, query.topK)
    }
    throw new AppError("ServiceUnavailableError", "The search index changes too fast right now.")
  }

  async function locate(db: Db, segmentIds: number[], chunkIds: number[]) {
    const located = new Map<number, number[]>()
    for (const [id, { lengths }] of await cache.segments(db, segmentIds)) {
      const { ordinals } = maskOf(lengths.ids, chunkIds)
      if (ordinals.length > 0) {
        located.set(
          id,
          ordinals.map((ordinal) => lengths.ids[ordinal] ?? 0),
        )
      }
    }
    return located
  }

  return { search, locate, ...background() }
}

/** What a query needs of each segment; undefined if one is gone by now. */
async function readParts(
  cache: SegmentCache,
  db: Db,
  query: TextQuery,
): Promise<Part[] | undefined> {
  const snapshot = await readSnapshot(db, cache.revisions(), query)
  const segments = await cache.follow(db, snapshot)
  if (!isComplete(segments, snapshot)) return undefined
  const postings = await cache.postings(db, segments, [...query.terms.keys()])
  if (!postings) return undefined
  return [...segments].map(([id, { lengths, dead, termCount }]) => ({
    lengths,
    dead: dead?.mask,
    liveCount: lengths.ids.length - (dead?.count ?? 0),
    liveTerms: termCount - (dead?.termCount ?? 0),
    allowed: snapshot.allowed && maskOf(lengths.ids, snapshot.allowed).mask,
    postings: postings.get(id) ?? new Map(),
  }))
}

/** Whether all segments are here with just the tombstones that they had at that moment. */
function isComplete(segments: ReadonlyMap<number, CachedSegment>, snapshot: Snapshot): boolean {
  return snapshot.segments.every(({ id, revision }) => {
    const segment = segments.get(id)
    return segment !== undefined && (segment.dead?.revision ?? 0) === revision
  })
}

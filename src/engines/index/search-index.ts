import { background } from "../../platform/async/background"
import type { Db } from "../../platform/db/db"
import { AppError } from "../../platform/errors"
import { score, statisticsOf, type TermStatistics } from "./bm25"
import type { Conditions, Part } from "./conditions"
import { countReaders } from "./readers"
import { allowedAmong, type CachedSegment, maskOf, SegmentCache } from "./segment-cache"
import { type Filter, readSnapshot, type Snapshot } from "./snapshot-store"
import type { Hit } from "./top-k"

/** How often a search starts over because merges removed what it was reading. */
const ATTEMPTS_MAX = 20

export type TextQuery = Conditions & {
  /** The query's terms, with how often it names each. */
  terms: ReadonlyMap<string, number>
  topK: number
  /** True if hits must say what each term added to their scores. */
  explain?: boolean | undefined
}

export type IndexView = {
  /** Returns the best chunks, best first, by exact scores. */
  search(query: TextQuery): Promise<Hit[]>
  statistics(terms: string[]): Promise<Map<string, TermStatistics>>
}

/** The text index of one database, with a cache of limited size. */
export type SearchIndex = {
  /** Runs `work` on a consistent view. Starts over if merges remove parts of it. */
  look<T>(db: Db, filter: Filter, work: (view: IndexView) => Promise<T>): Promise<T>
  /** Returns which of `chunkIds` (ascending) are in each of these segments. */
  locate(db: Db, segmentIds: number[], chunkIds: number[]): Promise<Map<number, number[]>>
  /** Runs `work` in the background, one at a time. Calls during a run coalesce into one more. */
  tidy(work: () => Promise<void>): void
  reading<T>(work: () => Promise<T>): Promise<T>
  untilQuiet(ms: number): Promise<void>
  /** Waits for background work to end, and starts no more. */
  close(): Promise<void>
}

/** Thrown when merges have removed parts of a view. */
class PartsGone extends Error {}

export function createSearchIndex(): SearchIndex {
  const cache = new SegmentCache()

  async function look<T>(db: Db, filter: Filter, work: (view: IndexView) => Promise<T>) {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      try {
        return await work(await openView(cache, db, filter))
      } catch (thrown) {
        if (!(thrown instanceof PartsGone)) throw thrown
      }
    }
    throw new AppError(
      "ServiceUnavailableError",
      "The search index is changing too fast right now. Please try again.",
    )
  }

  async function locate(db: Db, segmentIds: number[], chunkIds: number[]) {
    const located = new Map<number, number[]>()
    for (const [id, { lengths }] of await cache.segments(db, segmentIds)) {
      const { ordinals } = maskOf(lengths.ids, chunkIds)
      const there = ordinals.map((ordinal) => lengths.ids[ordinal] ?? 0)
      if (there.length > 0) located.set(id, there)
    }
    return located
  }

  return { look, locate, ...countReaders(), ...background() }
}

async function openView(cache: SegmentCache, db: Db, filter: Filter): Promise<IndexView> {
  const snapshot = await readSnapshot(db, cache.revisions(), filter)
  const segments = await cache.follow(db, snapshot)
  if (!isComplete(segments, snapshot)) throw new PartsGone()
  const parts = [...segments].map(([id, { lengths, dead, termCount }]) => ({
    id,
    lengths,
    dead: dead?.mask,
    liveCount: lengths.ids.length - (dead?.count ?? 0),
    liveTerms: termCount - (dead?.termCount ?? 0),
    allowed: snapshot.chosen && allowedAmong(lengths.ids, snapshot.chosen),
  }))

  async function partsWith(terms: string[]): Promise<Part[]> {
    const postings = await cache.postings(db, segments, terms)
    if (!postings) throw new PartsGone()
    return parts.map(({ id, ...part }) => ({ ...part, postings: postings.get(id) ?? new Map() }))
  }

  return {
    async search(query) {
      const { terms, any = [], all = [], none = [] } = query
      if (terms.size === 0) return []
      const named = [...new Set([...terms.keys(), ...any, ...all, ...none])]
      return score(await partsWith(named), terms, query)
    },
    statistics: async (terms) => statisticsOf(await partsWith(terms), terms),
  }
}

/** True if all segments of the snapshot are cached with exactly its tombstones. */
function isComplete(segments: ReadonlyMap<number, CachedSegment>, snapshot: Snapshot): boolean {
  return snapshot.segments.every(({ id, revision }) => {
    const segment = segments.get(id)
    return segment !== undefined && (segment.dead?.revision ?? 0) === revision
  })
}

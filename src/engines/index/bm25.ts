import { background } from "../../platform/async/background"
import type { Db } from "../../platform/db/db"
import { AppError } from "../../platform/errors"
import type { Conditions } from "./conditions"
import type { Part } from "./part"
import { countReaders } from "./readers"
import { score, statisticsOf, type TermStatistics } from "./score"
import { type CachedSegment, maskOf, SegmentCache } from "./segment-cache"
import { type Filter, readSnapshot, type Snapshot } from "./snapshot-store"
import type { Hit } from "./top-k"

/** So often a search begins again when merges take away parts while it reads them. */
const ATTEMPTS_MAX = 20

export type TextQuery = Conditions & {
  /** Terms as in the index, with how often the query names each. */
  terms: ReadonlyMap<string, number>
  topK: number
  /** Whether hits say what each term gave to their scores. */
  explain?: boolean | undefined
}

/** What was committed at one moment, as far as a filter allows it. */
export type IndexView = {
  /** The best chunks, best first, scored exactly. */
  search(query: TextQuery): Promise<Hit[]>
  /** How frequent terms are in the whole index. */
  statistics(terms: string[]): Promise<Map<string, TermStatistics>>
}

/** The text index of one database, with a bounded memory of what was read of it. */
export type SearchIndex = {
  /** Looks at one moment of the index; `work` begins again when merges take parts of that away. */
  look<T>(db: Db, filter: Filter, work: (view: IndexView) => Promise<T>): Promise<T>
  /** The ids of those of `chunkIds` (ascending) that stand in each of the live segments. */
  locate(db: Db, segmentIds: number[], chunkIds: number[]): Promise<Map<number, number[]>>
  /** Does `work` in the background, one at a time; a call meanwhile makes it run once more. */
  tidy(work: () => Promise<void>): void
  /** Does `work`, a search, which counts as a reader meanwhile. */
  reading<T>(work: () => Promise<T>): Promise<T>
  /** Waits until nobody searches, `ms` milliseconds at most. */
  untilQuiet(ms: number): Promise<void>
  /** Waits until nothing runs in the background; nothing new begins afterwards. */
  close(): Promise<void>
}

/** Merges have taken away parts that a view is to read. */
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
    allowed: snapshot.allowed && maskOf(lengths.ids, snapshot.allowed).mask,
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

/** Whether all segments are here with just the tombstones that they had at that moment. */
function isComplete(segments: ReadonlyMap<number, CachedSegment>, snapshot: Snapshot): boolean {
  return snapshot.segments.every(({ id, revision }) => {
    const segment = segments.get(id)
    return segment !== undefined && (segment.dead?.revision ?? 0) === revision
  })
}

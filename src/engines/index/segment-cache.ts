import { batchesOf } from "../../platform/async/batches"
import type { Db } from "../../platform/db/db"
import { blockOf, readBlock } from "./blocks"
import {
  type Lengths,
  noPostings,
  type Postings,
  unpackIds,
  unpackLengths,
  unpackPostings,
  unpackTerms,
} from "./packing"
import { PostingsCache } from "./postings-cache"
import type { Chosen, Snapshot } from "./snapshot-store"
import * as store from "./store"

const POSTINGS_BYTES_MAX = 48 * 1024 * 1024
/** Blocks read by one statement, which keeps its result near 1 MB. */
const BLOCKS_A_STATEMENT = 500

export type CachedSegment = {
  lengths: Lengths
  fences: string[]
  termCount: number
  /** Tombstones of revision `revision`, as a mask by ordinal. */
  dead: { revision: number; mask: Uint8Array; count: number; termCount: number } | undefined
}

/** Caches what queries read. Segments never change or reuse ids; only tombstones have revisions. */
export class SegmentCache {
  #segments = new Map<number, CachedSegment>()
  readonly #postings = new PostingsCache(POSTINGS_BYTES_MAX)

  revisions(): Map<number, number> {
    const known = [...this.#segments].map(([id, { dead }]) => [id, dead?.revision ?? 0] as const)
    return new Map(known)
  }

  /** Returns segments by id, without those that a merge has removed. */
  async segments(db: Db, ids: number[]): Promise<Map<number, CachedSegment>> {
    const missing = ids.filter((id) => !this.#segments.has(id))
    for (const row of await store.loadSegments(db, missing)) this.#learn(row)
    const known = ids.map((id) => [id, this.#segments.get(id)] as const)
    return new Map(known.filter((it): it is [number, CachedSegment] => it[1] !== undefined))
  }

  #learn(row: { id: number; lengths: Uint8Array; fences: Uint8Array }): void {
    const lengths = unpackLengths(row.lengths)
    const termCount = lengths.lengths.reduce((sum, length) => sum + length, 0)
    const fences = unpackTerms(row.fences)
    this.#segments.set(row.id, { lengths, fences, termCount, dead: undefined })
  }

  /** Drops segments that are not in this snapshot, and takes over its tombstones. */
  async follow(db: Db, { segments }: Snapshot): Promise<Map<number, CachedSegment>> {
    for (const { id, lengths, fences } of segments) {
      if (lengths && fences && !this.#segments.has(id)) this.#learn({ id, lengths, fences })
    }
    const ids = segments.map(({ id }) => id)
    const current = await this.segments(db, ids)
    for (const { id, revision, tombstones } of segments) {
      const segment = current.get(id)
      if (!segment || !tombstones) continue
      current.set(id, { ...segment, dead: { revision, ...bury(segment.lengths, tombstones) } })
    }
    this.#segments = new Map(current)
    return current
  }

  /** Returns postings by segment and term, or undefined if a merge has removed a block. */
  async postings(
    db: Db,
    segments: ReadonlyMap<number, CachedSegment>,
    terms: string[],
  ): Promise<Map<number, Map<string, Postings>> | undefined> {
    const found = new Map([...segments.keys()].map((id) => [id, new Map<string, Postings>()]))
    const missing: { id: number; term: string; block: number }[] = []
    for (const [id, { fences }] of segments) {
      for (const term of terms) {
        const block = blockOf(fences, term)
        const cached = block === undefined ? noPostings : this.#postings.get(id, term)
        if (cached) found.get(id)?.set(term, cached)
        else if (block !== undefined) missing.push({ id, term, block })
      }
    }
    const blocks = await loadBlocks(db, missing)
    for (const { id, term, block } of missing) {
      const packed = blocks.get(`${id} ${block}`)
      if (!packed) return undefined
      const postings = postingsIn(packed, term)
      this.#postings.set(id, term, postings)
      found.get(id)?.set(term, postings)
    }
    return found
  }
}

async function loadBlocks(db: Db, missing: { id: number; block: number }[]) {
  const places = new Map(missing.map((it) => [`${it.id} ${it.block}`, it]))
  const loaded = new Map<string, Uint8Array>()
  for (const batch of batchesOf(places.values(), { count: BLOCKS_A_STATEMENT })) {
    for (const row of await store.loadBlocks(db, batch)) {
      loaded.set(`${row.segmentId} ${row.block}`, row.packed)
    }
  }
  return loaded
}

function postingsIn(packed: Uint8Array, wanted: string): Postings {
  for (const [term, postings] of readBlock(packed)) {
    if (term === wanted) return unpackPostings(postings)
    if (term > wanted) break
  }
  return noPostings
}

function bury({ ids, lengths }: Lengths, tombstones: Uint8Array) {
  const { mask, ordinals } = maskOf(ids, unpackIds(tombstones))
  const termCount = ordinals.reduce((sum, ordinal) => sum + (lengths[ordinal] ?? 0), 0)
  return { mask, count: ordinals.length, termCount }
}

/** Masks the positions in `ids` that may be found. */
export function allowedAmong(ids: Float64Array, { chunkIds, isExcluded }: Chosen): Uint8Array {
  const { mask, ordinals } = maskOf(ids, chunkIds)
  if (!isExcluded) return mask
  mask.fill(1)
  for (const ordinal of ordinals) mask[ordinal] = 0
  return mask
}

/** Masks the positions in `ids` that hold one of `chosen`. Both must ascend. */
export function maskOf(ids: Float64Array, chosen: number[]) {
  const mask = new Uint8Array(ids.length)
  const ordinals: number[] = []
  for (const id of chosen) {
    const ordinal = ordinalOf(ids, id)
    if (ordinal === undefined) continue
    mask[ordinal] = 1
    ordinals.push(ordinal)
  }
  return { mask, ordinals }
}

function ordinalOf(ids: Float64Array, id: number): number | undefined {
  let low = 0
  let high = ids.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = ids[middle] ?? 0
    if (found === id) return middle
    if (found < id) low = middle + 1
    else high = middle - 1
  }
  return undefined
}

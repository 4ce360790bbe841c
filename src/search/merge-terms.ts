import type { Db } from "../db/db"
import { readBlock } from "./blocks"
import { packPostings, unpackPostings } from "./packing"
import * as store from "./store"

/** A segment to merge, and the ordinals that its chunks get, -1 for the dead. */
export type Source = { segmentId: number; ordinals: Int32Array }

/** Blocks read at once of all sources together, which bounds the memory that a merge takes. */
const BLOCKS_AHEAD = 400

type Cursor = { source: Source; terms: AsyncGenerator<Entry>; entry: Entry }
type Entry = [term: string, postings: Uint8Array]

/** All terms of the sources in ascending order with their postings renumbered and joined. */
export async function* joinTerms(
  db: Db,
  sources: Source[],
): AsyncGenerator<{ term: string; packed: Uint8Array }> {
  const ahead = Math.max(2, Math.floor(BLOCKS_AHEAD / sources.length))
  const first = Map.groupBy(
    await store.listBlocks(
      db,
      sources.map(({ segmentId }) => segmentId),
      0,
      ahead,
    ),
    ({ segmentId }) => segmentId,
  )
  let cursors: Cursor[] = []
  for (const source of sources) {
    const { segmentId } = source
    const terms = entriesOf(db, segmentId, first.get(segmentId) ?? [], ahead)
    const { value } = await terms.next()
    if (value) cursors.push({ source, terms, entry: value })
  }
  while (cursors.length > 0) {
    let term = cursors[0]?.entry[0] ?? ""
    for (const { entry } of cursors) if (entry[0] < term) term = entry[0]
    const having = cursors.filter(({ entry }) => entry[0] === term)
    const packed = joinPostings(having)
    if (packed) yield { term, packed }
    const ended = new Set<Cursor>()
    for (const cursor of having) {
      const { value } = await cursor.terms.next()
      if (value) cursor.entry = value
      else ended.add(cursor)
    }
    if (ended.size > 0) cursors = cursors.filter((cursor) => !ended.has(cursor))
  }
}

/** The terms of a segment; `first` are its first blocks, `ahead` of them unless it has fewer. */
async function* entriesOf(
  db: Db,
  segmentId: number,
  first: { packed: Uint8Array }[],
  ahead: number,
): AsyncGenerator<Entry> {
  let blocks = first
  for (let from = 0; ; ) {
    for (const { packed } of blocks) yield* readBlock(packed)
    if (blocks.length < ahead) return
    from += ahead
    blocks = await store.listBlocks(db, [segmentId], from, ahead)
  }
}

/** Undefined when all chunks with the term are dead. */
function joinPostings(cursors: Cursor[]): Uint8Array | undefined {
  const pairs: { ordinal: number; frequency: number }[] = []
  for (const { source, entry } of cursors) {
    const { ordinals, frequencies } = unpackPostings(entry[1])
    for (let i = 0; i < ordinals.length; i++) {
      const ordinal = source.ordinals[ordinals[i] ?? 0] ?? -1
      if (ordinal >= 0) pairs.push({ ordinal, frequency: frequencies[i] ?? 0 })
    }
  }
  if (pairs.length === 0) return undefined
  pairs.sort((a, b) => a.ordinal - b.ordinal)
  return packPostings({
    ordinals: Uint32Array.from(pairs, ({ ordinal }) => ordinal),
    frequencies: Uint32Array.from(pairs, ({ frequency }) => frequency),
  })
}

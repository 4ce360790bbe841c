import type { Db } from "../../platform/db/db"
import { readBlock } from "./blocks"
import { packPostings, unpackPostings } from "./packing"
import * as store from "./store"

/** A segment to merge, and the new ordinal of each of its chunks: -1 for dead ones. */
export type Source = { segmentId: number; ordinals: Int32Array }

/** Blocks read at a time from all sources together, which bounds the memory of a merge. */
const BLOCKS_AHEAD = 400

type Entry = [term: string, postings: Uint8Array]
type BlockRow = { packed: Uint8Array }

/** Calls `emit` for each term, ascending, with joined postings. Awaits only its promises. */
export async function joinTerms(
  db: Db,
  sources: Source[],
  emit: (term: string, packed: Uint8Array) => Promise<void> | undefined,
): Promise<void> {
  let cursors = await openCursors(db, sources)
  while (cursors.length > 0) {
    let term = cursors[0]?.entry[0] ?? ""
    for (const { entry } of cursors) if (entry[0] < term) term = entry[0]
    const having = cursors.filter(({ entry }) => entry[0] === term)
    const packed = joinPostings(having)
    const emitted = packed && emit(term, packed)
    if (emitted) await emitted
    let ended = false
    for (const cursor of having) {
      if (!cursor.next() && !(await cursor.load(db))) ended = true
    }
    if (ended) cursors = cursors.filter((cursor) => !cursor.ended)
  }
}

async function openCursors(db: Db, sources: Source[]): Promise<Cursor[]> {
  const ahead = Math.max(2, Math.floor(BLOCKS_AHEAD / sources.length))
  const ids = sources.map(({ segmentId }) => segmentId)
  const first = Map.groupBy(await store.listBlocks(db, ids, 0, ahead), (row) => row.segmentId)
  return sources
    .map((source) => new Cursor(source, first.get(source.segmentId) ?? [], ahead))
    .filter((cursor) => cursor.next())
}

/** A cursor over a segment's terms. Keeps `ahead` blocks in memory. */
class Cursor {
  entry: Entry = ["", new Uint8Array()]
  ended = false
  private from = 0
  private isLast: boolean
  private entries: Iterator<Entry>

  constructor(
    readonly source: Source,
    first: BlockRow[],
    private readonly ahead: number,
  ) {
    this.isLast = first.length < ahead
    this.entries = entriesOf(first)
  }

  /** Moves to the next term in memory. Returns false if there is none. */
  next(): boolean {
    const { value, done } = this.entries.next()
    if (!done) this.entry = value
    return !done
  }

  /** Reads more blocks and moves to their first term. Returns false at the end. */
  async load(db: Db): Promise<boolean> {
    if (!this.isLast) {
      this.from += this.ahead
      const blocks = await store.listBlocks(db, [this.source.segmentId], this.from, this.ahead)
      this.isLast = blocks.length < this.ahead
      this.entries = entriesOf(blocks)
      if (this.next()) return true
    }
    this.ended = true
    return false
  }
}

function* entriesOf(blocks: BlockRow[]): Generator<Entry> {
  for (const { packed } of blocks) yield* readBlock(packed)
}

/** Returns undefined if all chunks with the term are dead. */
function joinPostings(cursors: Cursor[]): Uint8Array | undefined {
  const joined: { ordinals: number[]; frequencies: number[] } = { ordinals: [], frequencies: [] }
  let ascends = true
  let before = -1
  for (const { source, entry } of cursors) {
    const { ordinals, frequencies } = unpackPostings(entry[1])
    for (let i = 0; i < ordinals.length; i++) {
      const ordinal = source.ordinals[ordinals[i] ?? 0] ?? -1
      if (ordinal < 0) continue
      if (ordinal < before) ascends = false
      before = ordinal
      joined.ordinals.push(ordinal)
      joined.frequencies.push(frequencies[i] ?? 0)
    }
  }
  if (joined.ordinals.length === 0) return undefined
  return packPostings(ascends ? joined : sorted(joined))
}

function sorted({ ordinals, frequencies }: { ordinals: number[]; frequencies: number[] }) {
  const order = [...ordinals.keys()].sort((a, b) => (ordinals[a] ?? 0) - (ordinals[b] ?? 0))
  return {
    ordinals: order.map((i) => ordinals[i] ?? 0),
    frequencies: order.map((i) => frequencies[i] ?? 0),
  }
}

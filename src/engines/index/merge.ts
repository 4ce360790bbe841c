import { sql } from "drizzle-orm"
import { yielder } from "../../platform/async/yielder"
import type { Db } from "../../platform/db/db"
import type { EngineDeps } from "../deps"
import { type Block, BlockWriter } from "./blocks"
import { beginSegment, insertBlocks } from "./insert-store"
import { pickMerge } from "./merge-policy"
import { joinTerms, type Source } from "./merge-terms"
import { type Lengths, packLengths, packTerms, unpackLengths } from "./packing"
import * as store from "./store"

const BLOCKS_A_BATCH = 50
/** How long each step of a merge waits for searches: nobody is waiting for the merge. */
const SEARCH_MS = 40
/** No merge takes this long; older segments that aren't live belong to a killed process. */
const orphanedAge = sql`now() - interval '1 hour'`

/** Merges small segments in the background until there are few. Failures only go to the log. */
export function requestMerge({ db, log, search }: Pick<EngineDeps, "db" | "log" | "search">): void {
  search.tidy(async () => {
    try {
      await mergeSegments(db, () => search.untilQuiet(SEARCH_MS))
    } catch (thrown) {
      log.warn({ module: "search", event: "search.not_merged", err: thrown })
    }
  })
}

/**
 * Merges segments until the policy picks none. One transaction replaces the sources by the new
 * segment; the next merge deletes what a killed one left. Awaits `rest` now and then.
 */
export async function mergeSegments(db: Db, rest?: Rest): Promise<void> {
  const retired: number[] = await store.listOrphaned(db, orphanedAge)
  for (;;) {
    const sources = pickMerge(await store.listSegments(db))
    if (!sources) break
    const merged = await merge(db, sources, rest)
    retired.push(...merged.retired)
    if (!merged.done) break
  }
  // Last, because a running search may still read what was live when it began.
  await store.discardSegments(db, retired, rest)
}

type Rest = () => Promise<void>

/** `done` is false if another process merged the same segments first. */
async function merge(
  db: Db,
  ids: number[],
  rest?: Rest,
): Promise<{ done: boolean; retired: number[] }> {
  const rows = await store.loadSegments(db, ids)
  if (rows.length < ids.length) return { done: false, retired: [] }
  const buried = await store.findTombstones(db, ids)
  const dead = new Set(buried.values().toArray().flat())
  const { sources, lengths } = arrange(rows, dead)

  const empty = { chunkCount: 0, lengths: new Uint8Array(), fences: new Uint8Array() }
  const id = await beginSegment(db, empty)
  const fences = await writeBlocks(db, id, sources, rest)
  const target = {
    id,
    chunkCount: lengths.ids.length,
    lengths: packLengths(lengths),
    fences: packTerms(fences),
  }
  const done = await publish(db, ids, target, dead)
  if (!done) return { done, retired: [id] }
  return { done, retired: target.chunkCount === 0 ? [...ids, id] : ids }
}

/** Replaces the sources by the merged segment, and buries chunks that died meanwhile. */
async function publish(
  db: Db,
  sources: number[],
  target: Parameters<typeof store.replaceSegments>[2],
  dead: ReadonlySet<number>,
): Promise<boolean> {
  return await db
    .transaction(async (tx) => {
      await store.lockTombstones(tx)
      const buried = await store.findTombstones(tx, sources)
      const late = [...buried.values()].flat().filter((id) => !dead.has(id))
      if (!(await store.replaceSegments(tx, sources, target))) throw new Overtaken()
      if (late.length > 0) await store.putTombstones(tx, target.id, late)
      return true
    })
    .catch((thrown: unknown) => {
      if (thrown instanceof Overtaken) return false
      throw thrown
    })
}

/** Thrown to roll back when another process has merged the sources. */
class Overtaken extends Error {}

/** Orders the living chunks of all segments by id, and maps each segment's ordinals to theirs. */
function arrange(
  rows: { id: number; lengths: Uint8Array }[],
  dead: ReadonlySet<number>,
): { sources: Source[]; lengths: Lengths } {
  const unpacked = rows.map((row) => ({ id: row.id, ...unpackLengths(row.lengths) }))
  const living = unpacked
    .flatMap(({ ids, lengths }, source) =>
      Array.from(ids, (id, ordinal) => ({ id, source, ordinal, length: lengths[ordinal] ?? 0 })),
    )
    .filter(({ id }) => !dead.has(id))
  living.sort((a, b) => a.id - b.id)
  const sources = unpacked.map(({ id, ids }) => ({
    segmentId: id,
    ordinals: new Int32Array(ids.length).fill(-1),
  }))
  for (const [ordinal, chunk] of living.entries()) {
    const source = sources[chunk.source]
    if (source) source.ordinals[chunk.ordinal] = ordinal
  }
  const ids = Float64Array.from(living, ({ id }) => id)
  const lengths = Uint32Array.from(living, ({ length }) => length)
  return { sources, lengths: { ids, lengths } }
}

async function writeBlocks(db: Db, id: number, sources: Source[], rest?: Rest): Promise<string[]> {
  const yieldNow = yielder(rest)
  let batch: Block[] = []
  const writer = new BlockWriter((block) => batch.push(block))
  await joinTerms(db, sources, (term, packed) => {
    writer.add(term, packed)
    if (batch.length < BLOCKS_A_BATCH) return yieldNow()
    const full = batch
    batch = []
    return insertBlocks(db, id, full)
  })
  writer.end()
  await insertBlocks(db, id, batch)
  return writer.fences
}

import { sql } from "drizzle-orm"
import { breather } from "../../platform/async/breathe"
import type { Db } from "../../platform/db/db"
import type { EngineDeps } from "../deps"
import { type Block, BlockWriter } from "./blocks"
import { beginSegment, insertBlocks } from "./insert-store"
import { pickMerge } from "./merge-policy"
import { joinTerms, type Source } from "./merge-terms"
import { type Lengths, packIds, packLengths, packTerms, unpackIds, unpackLengths } from "./packing"
import * as store from "./store"

const BLOCKS_A_BATCH = 50
/** So long a merge waits for searches, again and again: nobody waits for it. */
const SEARCH_MS = 40
/** No merge takes so long; what is not live after that belongs to one that was killed. */
const forsakenAge = sql`now() - interval '1 hour'`

/** Merges small segments in the background, until there are few. Failures only go to the log. */
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
 * Merges segments as the policy says, until it says nothing. Each statement is short, and a new
 * segment counts only from the one transaction that puts it in the place of its sources; killed
 * before, a merge has changed nothing but left rows that a later one sweeps away. It stops for
 * `rest` now and then.
 */
export async function mergeSegments(db: Db, rest?: Rest): Promise<void> {
  const retired: number[] = await store.listForsaken(db, forsakenAge)
  for (;;) {
    const sources = pickMerge(await store.listSegments(db))
    if (!sources) break
    const merged = await merge(db, sources, rest)
    retired.push(...merged.retired)
    if (!merged.done) break
  }
  // Only now, since a search that runs may still read what was live when it began.
  if (retired.length > 0) await sweep(db, retired, rest)
}

type Rest = () => Promise<void>

/** Not done means that another process merged the same segments first. */
async function merge(
  db: Db,
  ids: number[],
  rest?: Rest,
): Promise<{ done: boolean; retired: number[] }> {
  const rows = await store.loadSegments(db, ids)
  if (rows.length < ids.length) return { done: false, retired: [] }
  const buried = await buriedIn(db, ids)
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

/** Puts the merged segment in the place of its sources, with what died since it was begun. */
async function publish(
  db: Db,
  sources: number[],
  target: Parameters<typeof store.replaceSegments>[2],
  dead: ReadonlySet<number>,
): Promise<boolean> {
  return await db
    .transaction(async (tx) => {
      await store.lockTombstones(tx)
      const late = [...(await buriedIn(tx, sources)).values()].flat().filter((id) => !dead.has(id))
      if (!(await store.replaceSegments(tx, sources, target))) throw new Overtaken()
      if (late.length === 0) return true
      const chunkIds = packIds(late.sort((a, b) => a - b))
      await store.putTombstones(tx, { segmentId: target.id, chunkCount: late.length, chunkIds })
      return true
    })
    .catch((thrown: unknown) => {
      if (thrown instanceof Overtaken) return false
      throw thrown
    })
}

/** Rolls a merge's end back when its sources were merged by another process. */
class Overtaken extends Error {}

async function buriedIn(db: Db, segmentIds: number[]): Promise<Map<number, number[]>> {
  const rows = await store.findTombstones(db, segmentIds)
  return new Map(rows.map((row) => [row.segmentId, unpackIds(row.chunkIds)]))
}

/** The living chunks of all segments by id, and for each segment where its ordinals go. */
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

/** Writes the merged blocks in batches and returns their fences. */
async function writeBlocks(db: Db, id: number, sources: Source[], rest?: Rest): Promise<string[]> {
  const breathe = breather(rest)
  let batch: Block[] = []
  const writer = new BlockWriter((block) => batch.push(block))
  await joinTerms(db, sources, (term, packed) => {
    writer.add(term, packed)
    if (batch.length < BLOCKS_A_BATCH) return breathe()
    const full = batch
    batch = []
    return insertBlocks(db, id, full)
  })
  writer.end()
  await insertBlocks(db, id, batch)
  return writer.fences
}

/** Deletes segments that are not live, bit by bit. */
async function sweep(db: Db, ids: number[], rest?: Rest): Promise<void> {
  while (!(await store.deleteBlocks(db, ids))) await rest?.()
  await store.deleteSegments(db, ids)
}

import { type SQL, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { chunks, searchBlocks, searchSegments } from "../../platform/db/schema/search"
import { insertionOf, insertTogether } from "../../platform/db/writes"
import type { Block } from "./blocks"
import type { PackedSegment } from "./segment"

/** Rows of one insert. Larger statements would keep the embedded engine busy for too long. */
const CHUNKS_A_STATEMENT = 250
const BLOCKS_A_STATEMENT = 100
const NUMBERS_A_STATEMENT = 10_000

export type NewChunk = typeof chunks.$inferInsert & { id: number }

/** Reserves ids for new rows, ascending. Ids that the caller doesn't use are lost. */
export async function reserveIds(
  db: Db,
  table: "chunks" | "search_segments",
  count: number,
): Promise<number[]> {
  const sequence = `amelia.${table}_id_seq`
  const ids: number[] = []
  while (ids.length < count) {
    const batch = Math.min(count - ids.length, NUMBERS_A_STATEMENT)
    const [row] = await db.execute<{ ids: string }>(
      sql`select string_agg(nextval(${sequence}::regclass)::text, ',') as ids
        from generate_series(1, ${batch}::int)`,
    )
    for (const id of row?.ids.split(",") ?? []) ids.push(Number(id))
  }
  return ids
}

/**
 * Inserts chunks and the segments of their terms in the caller's transaction. Builds one statement
 * at a time, since building all of them first would block the event loop.
 */
export async function insertPassages(
  db: Db,
  rows: NewChunk[],
  segments: (PackedSegment & { id: number })[],
  live: boolean,
): Promise<void> {
  const ofChunks = batches(rows, CHUNKS_A_STATEMENT)
  const ofSegments = segmentInsertions(segments, live)
  for (;;) {
    const batch = ofChunks.next().value
    const insertions = ofSegments.next().value ?? []
    if (batch) insertions.push(insertionOf(chunks, batch))
    if (insertions.length === 0) return
    await insertTogether(db, insertions)
  }
}

function* segmentInsertions(
  segments: (PackedSegment & { id: number })[],
  live: boolean,
): Generator<SQL[], undefined> {
  for (const { id, blocks, ...row } of segments) {
    const [first = [], ...others] = batches(blocks, BLOCKS_A_STATEMENT)
    const segment = insertionOf(searchSegments, [{ id, ...row, live }])
    yield [segment, ...blockInsertions(id, first)]
    for (const batch of others) yield blockInsertions(id, batch)
  }
}

/** Inserts the row of a segment that goes live only when it has all its blocks. */
export async function beginSegment(db: Db, row: Omit<PackedSegment, "blocks">): Promise<number> {
  const [inserted] = await db
    .insert(searchSegments)
    .values({ ...row, live: false })
    .returning({ id: searchSegments.id })
  if (!inserted) throw new Error("The segment was not inserted.")
  return inserted.id
}

function blockInsertions(segmentId: number, blocks: Block[]): SQL[] {
  if (blocks.length === 0) return []
  const rows = blocks.map((block) => ({ segmentId, ...block }))
  return [insertionOf(searchBlocks, rows)]
}

export async function insertBlocks(db: Db, segmentId: number, blocks: Block[]): Promise<void> {
  for (const batch of batches(blocks, BLOCKS_A_STATEMENT)) {
    await insertTogether(db, blockInsertions(segmentId, batch))
  }
}

function* batches<T>(rows: T[], size: number): Generator<T[], undefined> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size)
}

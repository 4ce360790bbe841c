import { sql } from "drizzle-orm"
import { batchesOf } from "../../platform/async/batches"
import type { Db } from "../../platform/db/db"
import { insertMany } from "../../platform/db/insert-many"
import { chunks, searchBlocks, searchSegments } from "../../platform/db/schema/search"
import type { Block } from "./blocks"
import type { PackedSegment } from "./segment"

/** Rows of one insert. Larger statements would keep the embedded engine busy for too long. */
const CHUNKS_A_STATEMENT = { count: 250 }
const BLOCKS_A_STATEMENT = { count: 100 }
const NUMBERS_A_STATEMENT = 10_000

type NewChunk = typeof chunks.$inferInsert & { id: number }

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

/** Inserts chunks and segments, one statement at a time, so as not to block the event loop. */
export async function insertPassages(
  db: Db,
  rows: NewChunk[],
  segments: (PackedSegment & { id: number })[],
  live: boolean,
): Promise<void> {
  for (const batch of batchesOf(rows, CHUNKS_A_STATEMENT)) await insertMany(db, chunks, batch)
  for (const { id, blocks, ...row } of segments) {
    await insertMany(db, searchSegments, [{ id, ...row, live }])
    await insertBlocks(db, id, blocks)
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

export async function insertBlocks(db: Db, segmentId: number, blocks: Block[]): Promise<void> {
  for (const batch of batchesOf(blocks, BLOCKS_A_STATEMENT)) {
    const rows = batch.map((block) => ({ segmentId, ...block }))
    await insertMany(db, searchBlocks, rows)
  }
}

import { and, asc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm"
import { arrayLiteral, isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { searchBlocks, searchSegments, searchTombstones } from "../../platform/db/schema/search"
import { packIds, unpackIds } from "./packing"
import type { PackedSegment } from "./segment"

/** Locks the tombstones, so that deletions and merges see each other. Readers don't wait. */
export async function lockTombstones(db: Db): Promise<void> {
  await db.execute(sql`lock table ${searchTombstones} in share row exclusive mode`)
}

export function listSegments(db: Db) {
  return db
    .select({
      id: searchSegments.id,
      chunkCount: searchSegments.chunkCount,
      deadCount: sql<number>`coalesce(${searchTombstones.chunkCount}, 0)`.mapWith(Number),
    })
    .from(searchSegments)
    .leftJoin(searchTombstones, eq(searchTombstones.segmentId, searchSegments.id))
    .where(eq(searchSegments.live, true))
    .orderBy(asc(searchSegments.id))
}

export function loadSegments(db: Db, ids: number[]) {
  if (ids.length === 0) return []
  return db
    .select({
      id: searchSegments.id,
      lengths: searchSegments.lengths,
      fences: searchSegments.fences,
    })
    .from(searchSegments)
    .where(isAnyOf(searchSegments.id, ids))
}

/** Returns the ids of the dead chunks by segment. */
export async function findTombstones(db: Db, segmentIds: number[]): Promise<Map<number, number[]>> {
  const rows = await db
    .select()
    .from(searchTombstones)
    .where(inArray(searchTombstones.segmentId, segmentIds))
    .orderBy(asc(searchTombstones.segmentId))
  return new Map(rows.map((row) => [row.segmentId, unpackIds(row.chunkIds)]))
}

export async function putTombstones(db: Db, segmentId: number, dead: number[]): Promise<void> {
  const chunkIds = packIds(dead.toSorted((a, b) => a - b))
  const row = { chunkCount: dead.length, chunkIds }
  await db
    .insert(searchTombstones)
    .values({ segmentId, ...row, revision: 1 })
    .onConflictDoUpdate({
      target: searchTombstones.segmentId,
      set: { ...row, revision: sql`${searchTombstones.revision} + 1` },
    })
}

/** Reads blocks by segment and number. Leaves out those that are gone. */
export function loadBlocks(db: Db, places: { id: number; block: number }[]) {
  const ids = arrayLiteral(places.map(({ id }) => id))
  const blocks = arrayLiteral(places.map(({ block }) => block))
  const isWanted = sql`(${searchBlocks.segmentId}, ${searchBlocks.block}) in
    (select * from unnest(${ids}::bigint[], ${blocks}::int[]))`
  return db.select().from(searchBlocks).where(isWanted)
}

/** Lists up to `count` blocks of each segment, starting with number `from`, in order. */
export function listBlocks(db: Db, segmentIds: number[], from: number, count: number) {
  return db
    .select({ segmentId: searchBlocks.segmentId, packed: searchBlocks.packed })
    .from(searchBlocks)
    .where(
      and(
        isAnyOf(searchBlocks.segmentId, segmentIds),
        gte(searchBlocks.block, from),
        lt(searchBlocks.block, from + count),
      ),
    )
    .orderBy(asc(searchBlocks.segmentId), asc(searchBlocks.block))
}

/** Makes a merged segment live. Returns false if a source is gone; the caller then rolls back. */
export async function replaceSegments(
  db: Db,
  sources: number[],
  { id, ...row }: { id: number } & Omit<PackedSegment, "blocks">,
): Promise<boolean> {
  const retired = await db
    .update(searchSegments)
    .set({ live: false })
    .where(and(inArray(searchSegments.id, sources), eq(searchSegments.live, true)))
    .returning({ id: searchSegments.id })
  if (retired.length < sources.length) return false
  if (row.chunkCount === 0) return true
  const replaced = await db
    .update(searchSegments)
    .set({ ...row, live: true })
    .where(eq(searchSegments.id, id))
    .returning({ id: searchSegments.id })
  return replaced.length > 0
}

/** Blocks deleted by one statement. More would keep a search waiting. */
const BLOCKS_OF_DELETION = 100

/** Deletes segments that are not live, a few blocks at a time. Awaits `rest` in between. */
export async function discardSegments(db: Db, ids: number[], rest?: () => Promise<void>) {
  if (ids.length === 0) return
  while (!(await deleteBlocks(db, ids))) await rest?.()
  await db
    .delete(searchSegments)
    .where(and(inArray(searchSegments.id, ids), eq(searchSegments.live, false)))
}

/** Deletes some blocks of segments that are not live. Returns true if none are left. */
async function deleteBlocks(db: Db, ids: number[]): Promise<boolean> {
  const { count } = await db.execute(sql`
    delete from ${searchBlocks} where ctid = any(array(
      select ctid from ${searchBlocks}
      where ${isAnyOf(searchBlocks.segmentId, ids)} limit ${BLOCKS_OF_DELETION}::int
    ))`)
  return count < BLOCKS_OF_DELETION
}

export async function listOrphaned(db: Db, olderThan: SQL): Promise<number[]> {
  const rows = await db
    .select({ id: searchSegments.id })
    .from(searchSegments)
    .where(and(eq(searchSegments.live, false), lt(searchSegments.createdAt, olderThan)))
  return rows.map(({ id }) => id)
}

/** Makes the passages in these segments searchable from the caller's commit on. */
export async function publishSegments(db: Db, ids: number[]): Promise<void> {
  await db.update(searchSegments).set({ live: true }).where(isAnyOf(searchSegments.id, ids))
}

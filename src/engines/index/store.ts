import { and, asc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm"
import { arrayLiteral, isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { documents } from "../../platform/db/schema/documents"
import {
  chunks,
  searchBlocks,
  searchSegments,
  searchTombstones,
} from "../../platform/db/schema/search"
import type { PackedSegment } from "./segment"

/**
 * One writer of tombstones at a time, until the transaction ends: of a deletion and the end of a
 * merge, the later one sees what the earlier did. Readers and new segments don't wait.
 */
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

export function findTombstones(db: Db, segmentIds: number[]) {
  return db
    .select()
    .from(searchTombstones)
    .where(inArray(searchTombstones.segmentId, segmentIds))
    .orderBy(asc(searchTombstones.segmentId))
}

export async function putTombstones(
  db: Db,
  row: { segmentId: number; chunkCount: number; chunkIds: Uint8Array },
): Promise<void> {
  await db
    .insert(searchTombstones)
    .values({ ...row, revision: 1 })
    .onConflictDoUpdate({
      target: searchTombstones.segmentId,
      set: {
        chunkCount: row.chunkCount,
        chunkIds: row.chunkIds,
        revision: sql`${searchTombstones.revision} + 1`,
      },
    })
}

/** The blocks named by number, of each segment some; those that are gone are left out. */
export function loadBlocks(db: Db, wanted: Map<number, number[]>) {
  const places = [...wanted].flatMap(([id, blocks]) => blocks.map((block) => [id, block]))
  if (places.length === 0) return []
  const ids = arrayLiteral(places.map(([id]) => id))
  const blocks = arrayLiteral(places.map(([, block]) => block))
  const isWanted = sql`(${searchBlocks.segmentId}, ${searchBlocks.block}) in
    (select * from unnest(${ids}::bigint[], ${blocks}::int[]))`
  return db.select().from(searchBlocks).where(isWanted)
}

/** At most `count` blocks of each segment, from number `from` on, in order within a segment. */
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

/**
 * Makes a merged segment live in place of its sources, unless it is empty. False if one of the
 * sources isn't live any more; the caller must then roll back.
 */
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

/** In one statement: more would keep a search waiting. */
const BLOCKS_OF_DELETION = 100

/** Deletes some blocks of segments that are not live, and so are never changed; whether it was all. */
export async function deleteBlocks(db: Db, ids: number[]): Promise<boolean> {
  const { count } = await db.execute(sql`
    delete from ${searchBlocks} where ctid = any(array(
      select ctid from ${searchBlocks}
      where ${isAnyOf(searchBlocks.segmentId, ids)} limit ${BLOCKS_OF_DELETION}::int
    ))`)
  return count < BLOCKS_OF_DELETION
}

export async function deleteSegments(db: Db, ids: number[]): Promise<void> {
  await db
    .delete(searchSegments)
    .where(and(inArray(searchSegments.id, ids), eq(searchSegments.live, false)))
}

/** Segments that are not live although they are older than any merge takes. */
export async function listForsaken(db: Db, olderThan: SQL): Promise<number[]> {
  const rows = await db
    .select({ id: searchSegments.id })
    .from(searchSegments)
    .where(and(eq(searchSegments.live, false), lt(searchSegments.createdAt, olderThan)))
  return rows.map(({ id }) => id)
}

export async function publishSegments(db: Db, ids: number[]): Promise<void> {
  await db.update(searchSegments).set({ live: true }).where(isAnyOf(searchSegments.id, ids))
}

/** Of one version, or of all. */
export async function listChunkIds(
  db: Db,
  documentIds: string[],
  version?: number,
): Promise<number[]> {
  const isOfVersion = version === undefined ? undefined : eq(chunks.documentVersion, version)
  const rows = await db
    .select({ id: chunks.id })
    .from(chunks)
    .where(and(isAnyOf(chunks.documentId, documentIds), isOfVersion))
    .orderBy(asc(chunks.id))
  return rows.map(({ id }) => id)
}

export async function deleteChunks(db: Db, documentIds: string[]): Promise<void> {
  await db.delete(chunks).where(isAnyOf(chunks.documentId, documentIds))
}

/** Deletes at most `count` chunks that nobody finds any more, or will; how many it were. */
export async function deleteStaleChunks(
  db: Db,
  documentId: string,
  count: number,
): Promise<number> {
  // Two ranges of the index: to look at all chunks of a long document takes a second.
  const part = (isStale: SQL) => sql`(
    select c.id from ${chunks} c where c.document_id = ${documentId}::uuid
      and c.document_version ${isStale} (
        select coalesce(indexed_version, 0) from ${documents} where id = ${documentId}::uuid)
    order by c.document_version, c.chunk_index limit ${count}::int)`
  const deleted = await db.execute(sql`
    delete from ${chunks} where id in (${part(sql`<`)} union all ${part(sql`>`)})
    returning 1 as one`)
  return deleted.length
}

/** The documents that have such chunks; each costs two looks into an index. */
export async function listStale(db: Db): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select d.id from ${documents} d where exists (
      select 1 from ${chunks} c where c.document_id = d.id
        and c.document_version > coalesce(d.indexed_version, 0)
    ) or exists (
      select 1 from ${chunks} c where c.document_id = d.id
        and c.document_version < coalesce(d.indexed_version, 0)
    )`)
  return rows.map(({ id }) => id)
}

/** What is being made or removed is not there for anybody. */
const isFound = eq(chunks.documentVersion, documents.indexedVersion)

/** Chunks with what results tell of their documents, in no order, without those that are gone. */
export function findPassages(db: Db, ids: number[]) {
  return passagesWhere(db, isAnyOf(chunks.id, ids))
}
export type PassageRow = Awaited<ReturnType<typeof findPassages>>[number]

function passagesWhere(db: Db, where: SQL) {
  const { name, type, metadata } = documents
  return db
    .select({ chunk: chunks, document: { name, type, metadata } })
    .from(chunks)
    .innerJoin(documents, eq(documents.id, chunks.documentId))
    .where(and(where, isFound))
}

/** A chunk by its place. */
type Place = { document_id: string; chunk_index: number }

/**
 * `count` passages that lie evenly over these documents, or all, in their reading order, and are not
 * `known`; in no order. None of more than `limit` chunks.
 */
export function findSpread(
  db: Db,
  documentIds: string[] | undefined,
  { known, count, limit }: { known: Place[]; count: number; limit: number },
) {
  const among = documentIds ? isAnyOf(chunks.documentId, documentIds) : sql`true`
  const knownIds = arrayLiteral(known.map(({ document_id }) => document_id))
  const knownIndexes = arrayLiteral(known.map(({ chunk_index }) => chunk_index))
  const chosen = sql`
    with places as materialized (
      select ${chunks.id} as id, ${chunks.documentId} as document, ${chunks.chunkIndex} as nth
      from ${chunks} join ${documents} on ${documents.id} = ${chunks.documentId}
      where ${among} and ${isFound} order by document, nth limit ${limit + 1}::int
    ), others as (
      select id, row_number() over (order by document, nth) - 1 as place, count(*) over () as total
      from places where (document, nth) not in (
        select * from unnest(${knownIds}::uuid[], ${knownIndexes}::int[]))
    )
    select id from others
    where (select count(*) from places) <= ${limit}::int and place in (
      select floor(i * greatest(1, total / ${count}::float8)) from generate_series(0, ${count}::int - 1) i
    )`
  return passagesWhere(db, sql`${chunks.id} = any(array(${chosen}))`)
}

import { and, asc, eq, type SQL, sql } from "drizzle-orm"
import { arrayLiteral, isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { documents } from "../../platform/db/schema/documents"
import { chunks } from "../../platform/db/schema/search"
import type { Filter } from "./snapshot-store"

/** Lists the chunks of one version, or of all versions. */
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

/** Deletes up to `count` chunks of versions that are not searched. Returns the number deleted. */
export async function deleteStaleChunks(
  db: Db,
  documentId: string,
  count: number,
): Promise<number> {
  // Two ranges of the index, because reading all chunks of a long document takes a second.
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

/** Lists documents with chunks of versions that are not searched: two index lookups each. */
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

/** True for chunks of the searched version; others are being added or removed. */
const isFound = eq(chunks.documentVersion, documents.indexedVersion)

/** Reads chunks with their documents, in no order. Leaves out those that were deleted. */
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

type Place = { document_id: string; chunk_index: number }

/** Reads `count` passages spread evenly, without `known`; none of more than `limit` chunks. */
export function findSpread(
  db: Db,
  { documentIds, exceptIds = [] }: Pick<Filter, "documentIds" | "exceptIds">,
  { known, count, limit }: { known: Place[]; count: number; limit: number },
) {
  const ofIds = documentIds ? isAnyOf(chunks.documentId, documentIds) : sql`true`
  const among = sql`${ofIds} and not ${isAnyOf(chunks.documentId, exceptIds)}`
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

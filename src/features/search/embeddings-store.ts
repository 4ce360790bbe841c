import { and, asc, eq, ne, sql } from "drizzle-orm"
import { vectorText } from "../../engines/index/vectors/numbers"
import { chunkVectors } from "../../engines/index/vectors/store"
import { arrayLiteral } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { documents } from "../../platform/db/schema/documents"
import { type EmbeddingModelRow, embeddingModels } from "../../platform/db/schema/embeddings"
import { chunks } from "../../platform/db/schema/search"

/** In no migration, because a server may lack the vector extension and its type at first. */
export async function makeVectorTable(db: Db): Promise<void> {
  await db.execute(sql`
    create table if not exists ${chunkVectors} (
      chunk_id bigint not null references ${chunks} (id) on delete cascade,
      model_id integer not null references ${embeddingModels} (id) on delete cascade,
      vector vector not null,
      primary key (chunk_id, model_id)
    )`)
}

export async function putModel(
  db: Db,
  model: { name: string; dimension: number },
): Promise<EmbeddingModelRow> {
  await db.insert(embeddingModels).values(model).onConflictDoNothing()
  const { name, dimension } = embeddingModels
  const isModel = and(eq(name, model.name), eq(dimension, model.dimension))
  const [row] = await db.select().from(embeddingModels).where(isModel)
  if (!row) throw new Error("The embedding model was not stored.")
  return row
}

export function listModels(db: Db): Promise<EmbeddingModelRow[]> {
  return db.select().from(embeddingModels).orderBy(asc(embeddingModels.id))
}

export async function markFilled(db: Db, id: number): Promise<void> {
  await db.update(embeddingModels).set({ filled: true }).where(eq(embeddingModels.id, id))
}

export async function hasChunks(db: Db): Promise<boolean> {
  return (await db.select({ id: chunks.id }).from(chunks).limit(1)).length > 0
}

/** Lists the next searchable chunks after `after`. `missing` are those without a vector. */
export async function listWindow(db: Db, modelId: number, after: number, count: number) {
  const [row] = await db.execute<{ ids: string | null; missing: string | null }>(sql`
    select string_agg(c.id::text, ',' order by c.id) as ids,
      string_agg(c.id::text, ',' order by c.id) filter (where v.chunk_id is null) as missing
    from (
      select c.id from ${chunks} c
        join ${documents} d on d.id = c.document_id and d.indexed_version = c.document_version
      where c.id > ${after}::bigint order by c.id limit ${count}::int
    ) c left join ${chunkVectors} v on v.chunk_id = c.id and v.model_id = ${modelId}::int`)
  const numbers = (text: string | null | undefined) => (text ? text.split(",").map(Number) : [])
  return { ids: numbers(row?.ids), missing: numbers(row?.missing) }
}

export function listTexts(db: Db, ids: number[]) {
  return db
    .select({ id: chunks.id, headingPath: chunks.headingPath, content: chunks.content })
    .from(chunks)
    .where(sql`${chunks.id} = any(${arrayLiteral(ids)}::bigint[])`)
}

/** Stores vectors of chunks that still exist. Returns the ids of those chunks. */
export async function insertVectors(
  db: Db,
  modelId: number,
  rows: { id: number; vector: Float32Array }[],
): Promise<number[]> {
  const ids = arrayLiteral(rows.map(({ id }) => id))
  const vectors = arrayLiteral(rows.map(({ vector }) => vectorText(vector)))
  // Without the lock, a chunk could be deleted before the insert, which would fail.
  const stored = await db.execute<{ id: string }>(sql`
    with there as (
      select c.id, rows.vector from unnest(${ids}::bigint[], ${vectors}::vector[]) as rows(id, vector)
      join ${chunks} c on c.id = rows.id for key share of c
    )
    insert into ${chunkVectors} (chunk_id, model_id, vector)
    select id, ${modelId}::int, vector from there on conflict do nothing
    returning chunk_id as id`)
  return stored.map(({ id }) => Number(id))
}

/** Deletes up to `count` vectors of other models. Returns true if none are left. */
export async function deleteVectorsBeside(db: Db, id: number, count: number): Promise<boolean> {
  const deleted = await db.execute(sql`
    delete from ${chunkVectors} where ctid = any(array(
      select ctid from ${chunkVectors} where model_id <> ${id}::int limit ${count}::int
    )) returning 1`)
  return deleted.length < count
}

export async function deleteModelsBeside(db: Db, id: number): Promise<void> {
  await db.delete(embeddingModels).where(ne(embeddingModels.id, id))
}

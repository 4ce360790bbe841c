import { type SQL, sql } from "drizzle-orm"
import type { Db } from "../../../platform/db/db"
import type { Chosen } from "../snapshot-store"
import type { Hit } from "../top-k"
import type { Rows } from "./matrix"

/** Created by `makeVectorTable` when the vector extension exists, so it is in no migration. */
export const chunkVectors = sql`amelia.chunk_vectors`

type Model = { modelId: number; dimension: number }

export async function* readVectors(
  db: Db,
  { modelId, dimension }: Model,
  pageRows: number,
): AsyncGenerator<Rows> {
  for (let after = -1; ; ) {
    const [page] = await db.execute<{ ids: string | null; vectors: Uint8Array }>(sql`
      select string_agg(chunk_id::text, ',' order by chunk_id) as ids,
        string_agg(vector_send(vector), ''::bytea order by chunk_id) as vectors
      from (
        select chunk_id, vector from ${chunkVectors}
        where model_id = ${modelId}::int and chunk_id > ${after}::bigint
        order by chunk_id limit ${pageRows}::int
      ) page`)
    if (!page?.ids) return
    const ids = Float64Array.from(page.ids.split(","), Number)
    yield { ids, vectors: unpack(page.vectors, ids.length, dimension) }
    if (ids.length < pageRows) return
    after = ids[ids.length - 1] ?? after
  }
}

/** pgvector sends two 16-bit numbers and then the floats, in big-endian order. */
function unpack(sent: Uint8Array, count: number, dimension: number): Float32Array<ArrayBuffer> {
  const view = new DataView(sent.buffer, sent.byteOffset, sent.byteLength)
  const vectors = new Float32Array(count * dimension)
  const stride = 4 + dimension * 4
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < dimension; i++) {
      vectors[row * dimension + i] = view.getFloat32(row * stride + 4 + i * 4)
    }
  }
  return vectors
}

const indexName = (modelId: number) => sql.raw(`chunk_vectors_${modelId}`)
/** The indexed expression. The planner uses the index only for exactly this text. */
const indexed = ({ dimension }: Model) => sql.raw(`vector::vector(${dimension})`)

/** Not a parameter, because the planner must see the number to use the partial index. */
const ofModel = ({ modelId }: Model) => sql.raw(`model_id = ${modelId}`)

/** Builds the graph without blocking others. Replaces one that a killed process left. */
export async function buildGraph(db: Db, model: Model): Promise<void> {
  const name = indexName(model.modelId)
  const [found] = await db.execute<{ valid: boolean; building: boolean }>(sql`
    select i.indisvalid as valid, exists(
      select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid
    ) as building from pg_index i
    where i.indexrelid = to_regclass(${`amelia.chunk_vectors_${model.modelId}`})`)
  if (found?.valid || found?.building) return
  if (found) await db.execute(sql`drop index concurrently if exists amelia.${name}`)
  await db.execute(sql`
    create index concurrently if not exists ${name} on ${chunkVectors}
    using hnsw ((${indexed(model)}) vector_cosine_ops) with (m = 16, ef_construction = 64)
    where ${ofModel(model)}`)
}

type Nearest = { vector: string; topK: number; chosen: Chosen | undefined }

/**
 * Returns the nearest chunks by the graph, or exactly if only some are allowed, where the graph
 * would find too few. Excluded chunks should be few: the graph finds them before they are left out.
 * `ef_search` bounds the rows that the graph returns, and is 1000 at most.
 */
export async function nearest(db: Db, model: Model, query: Nearest): Promise<Hit[]> {
  const distance = sql`(${indexed(model)}) <=> ${query.vector}::vector(${sql.raw(`${model.dimension}`)})`
  const select = (from: SQL, isSought = sql`true`) => sql`
    select chunk_id as id, 1 - (${distance}) as similarity from ${from}
    where ${ofModel(model)} and ${isSought} order by ${distance} limit ${query.topK}::int`
  const hits = await db.transaction(async (tx) => {
    const ef = Math.min(1000, Math.max(100, query.topK * 2))
    await tx.execute(sql`set local hnsw.ef_search = ${sql.raw(`${ef}`)}`)
    const { chunkIds = [], isExcluded = true } = query.chosen ?? {}
    const ids = `{${chunkIds.join(",")}}`
    if (isExcluded) {
      const isOther = sql`chunk_id <> all(${ids}::bigint[])`
      return await tx.execute<Row>(select(sql`${chunkVectors}`, isOther))
    }
    return await tx.execute<Row>(sql`
      with allowed as materialized (
        select v.* from ${chunkVectors} v where v.chunk_id = any(${ids}::bigint[])
      ) ${select(sql`allowed`)}`)
  })
  return hits.map(({ id, similarity }) => ({ chunkId: Number(id), score: similarity }))
}
type Row = { id: string; similarity: number }

/** Returns the similarity of these chunks to a vector, without chunks that have no vector. */
export async function similarities(db: Db, model: Model, vector: string, chunkIds: number[]) {
  const rows = await db.execute<Row>(sql`
    select chunk_id as id, 1 - (vector <=> ${vector}::vector) as similarity
    from ${chunkVectors}
    where ${ofModel(model)} and chunk_id = any(${`{${chunkIds.join(",")}}`}::bigint[])`)
  return new Map(rows.map(({ id, similarity }) => [Number(id), similarity]))
}

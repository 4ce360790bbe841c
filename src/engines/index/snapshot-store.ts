import { type SQL, sql } from "drizzle-orm"
import { arrayLiteral } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { documents } from "../../platform/db/schema/documents"
import { chunks, searchSegments, searchTombstones } from "../../platform/db/schema/search"

/** Which documents to search; all of them without any field. */
export type Filter = {
  documentIds?: string[] | undefined
  /** Documents that are not searched. */
  exceptIds?: string[] | undefined
  /** The document's metadata must contain all of this. */
  metadata?: Record<string, unknown> | undefined
  /** PostgreSQL regular expressions, one of which the document's name must match in any case. */
  namePatterns?: string[] | undefined
}

/** `lengths` and `fences` are null for known segments, `tombstones` unless newer than known. */
export type Snapshot = {
  segments: SegmentState[]
  /** Undefined if all chunks are searched. */
  chosen: Chosen | undefined
}

/** The only chunks to search, or with `isExcluded` the only ones not to, by their ids, ascending. */
export type Chosen = { chunkIds: number[]; isExcluded: boolean }

type SegmentState = {
  id: number
  revision: number
  tombstones: Uint8Array | null
  lengths: Uint8Array | null
  fences: Uint8Array | null
}

type Row = Omit<SegmentState, "id"> & { id: string | null; chosen: string | null }

/**
 * Reads everything in one statement: between two, a document could be replaced and then found in
 * neither version. `known` has the caller's revision of the tombstones by segment.
 */
export async function readSnapshot(
  db: Db,
  known: ReadonlyMap<number, number>,
  filter: Filter,
): Promise<Snapshot> {
  const revisions = JSON.stringify(Object.fromEntries(known))
  const choosing = choose(filter)
  const rows: Row[] = await db.execute<Row>(sql`
    select s.id, coalesce(t.revision, 0) as revision,
      case when t.revision > coalesce((${revisions}::jsonb ->> s.id::text)::int, 0)
        then t.chunk_ids end as tombstones,
      case when not ${revisions}::jsonb ? s.id::text then s.lengths end as lengths,
      case when not ${revisions}::jsonb ? s.id::text then s.fences end as fences,
      null as chosen
    from ${searchSegments} s left join ${searchTombstones} t on t.segment_id = s.id
    where s.live
    ${choosing ? sql`union all select null, 0, null, null, null, ${choosing.ids}` : sql``}`)
  const segments: Snapshot["segments"] = []
  let chosen: Chosen | undefined
  for (const row of rows) {
    if (row.id === null && choosing) chosen = chosenFrom(choosing, row.chosen)
    else segments.push({ ...row, id: Number(row.id) })
  }
  segments.sort((a, b) => a.id - b.id)
  return { segments, chosen }
}

export async function findChosen(db: Db, filter: Filter): Promise<Chosen | undefined> {
  const choosing = choose(filter)
  if (!choosing) return undefined
  const [row] = await db.execute<{ ids: string | null }>(sql`select ${choosing.ids} as ids`)
  return chosenFrom(choosing, row?.ids ?? null)
}

/** `ids` is SQL for the ids of chunks, joined by commas. */
type Choosing = { ids: SQL; isExcluded: boolean }

function chosenFrom({ isExcluded }: Choosing, ids: string | null): Chosen {
  return { chunkIds: ids ? ids.split(",").map(Number) : [], isExcluded }
}

function choose(filter: Filter): Choosing | undefined {
  const { documentIds, metadata, namePatterns, exceptIds = [] } = filter
  const isNarrow = [documentIds, metadata, namePatterns].some((it) => it !== undefined)
  if (isNarrow) return { ids: allowedBy(filter), isExcluded: false }
  if (exceptIds.length === 0) return undefined
  // The few that are left out are read much faster than all the others.
  return { ids: allowedBy({ documentIds: exceptIds }), isExcluded: true }
}

function allowedBy({ documentIds, metadata, namePatterns, exceptIds = [] }: Filter): SQL {
  const ofIds = documentIds ? sql`d.id = any(${arrayLiteral(documentIds)}::uuid[])` : sql`true`
  const ofMetadata = metadata ? sql`d.metadata @> ${JSON.stringify(metadata)}::jsonb` : sql`true`
  const ofNames = namePatterns
    ? sql`d.name ~* any(${arrayLiteral(namePatterns)}::text[])`
    : sql`true`
  const isExcluded = sql`d.id = any(${arrayLiteral(exceptIds)}::uuid[])`
  return sql`(select string_agg(c.id::text, ',' order by c.id)
    from ${chunks} c
      join ${documents} d on d.id = c.document_id and d.indexed_version = c.document_version
    where ${ofIds} and ${ofMetadata} and ${ofNames} and not ${isExcluded})`
}

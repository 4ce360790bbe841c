import { sql } from "drizzle-orm"
import { arrayLiteral } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { documents } from "../../platform/db/schema/documents"
import { chunks, searchSegments, searchTombstones } from "../../platform/db/schema/search"

/** Which documents to search; all of them without any field. */
export type Filter = {
  documentIds?: string[] | undefined
  /** The document's metadata must contain all of this. */
  metadata?: Record<string, unknown> | undefined
  /** PostgreSQL regular expressions, one of which the document's name must match in any case. */
  namePatterns?: string[] | undefined
}

/** `lengths` and `fences` are null for known segments, `tombstones` unless newer than known. */
export type Snapshot = {
  segments: SegmentState[]
  /** The ids of the chunks that the filter allows, or undefined for all. */
  allowed: number[] | undefined
}

type SegmentState = {
  id: number
  revision: number
  tombstones: Uint8Array | null
  lengths: Uint8Array | null
  fences: Uint8Array | null
}

type Row = Omit<SegmentState, "id"> & { id: string | null; allowed: string | null }

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
  const filtered = isFiltered(filter)
  const rows: Row[] = await db.execute<Row>(sql`
    select s.id, coalesce(t.revision, 0) as revision,
      case when t.revision > coalesce((${revisions}::jsonb ->> s.id::text)::int, 0)
        then t.chunk_ids end as tombstones,
      case when not ${revisions}::jsonb ? s.id::text then s.lengths end as lengths,
      case when not ${revisions}::jsonb ? s.id::text then s.fences end as fences,
      null as allowed
    from ${searchSegments} s left join ${searchTombstones} t on t.segment_id = s.id
    where s.live
    ${filtered ? sql`union all select null, 0, null, null, null, ${allowedBy(filter)}` : sql``}`)
  const segments: Snapshot["segments"] = []
  let allowed: number[] | undefined
  for (const row of rows) {
    if (row.id === null) allowed = row.allowed ? row.allowed.split(",").map(Number) : []
    else segments.push({ ...row, id: Number(row.id) })
  }
  segments.sort((a, b) => a.id - b.id)
  return { segments, allowed }
}

export async function findAllowed(db: Db, filter: Filter): Promise<number[] | undefined> {
  if (!isFiltered(filter)) return undefined
  const [row] = await db.execute<{ ids: string | null }>(sql`select ${allowedBy(filter)} as ids`)
  return row?.ids ? row.ids.split(",").map(Number) : []
}

function isFiltered({ documentIds, metadata, namePatterns }: Filter): boolean {
  return [documentIds, metadata, namePatterns].some((it) => it !== undefined)
}

/** SQL for the ids of the chunks that a filter allows, joined by commas. */
function allowedBy({ documentIds, metadata, namePatterns }: Filter) {
  const ofIds = documentIds ? sql`d.id = any(${arrayLiteral(documentIds)}::uuid[])` : sql`true`
  const ofMetadata = metadata ? sql`d.metadata @> ${JSON.stringify(metadata)}::jsonb` : sql`true`
  const ofNames = namePatterns
    ? sql`d.name ~* any(${arrayLiteral(namePatterns)}::text[])`
    : sql`true`
  return sql`(select string_agg(c.id::text, ',' order by c.id)
    from ${chunks} c
      join ${documents} d on d.id = c.document_id and d.indexed_version = c.document_version
    where ${ofIds} and ${ofMetadata} and ${ofNames})`
}

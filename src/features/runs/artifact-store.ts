import { and, asc, eq, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { type ArtifactRow, artifacts } from "../../platform/db/schema/runs"
import { insertionOf } from "../../platform/db/writes"

export type NewArtifact = Omit<typeof artifacts.$inferInsert, "version">

/** Adds an artifact as the next version of what its node, or the item of its map, made. */
export async function insertArtifact(db: Db, artifact: NewArtifact): Promise<ArtifactRow> {
  const version = sql`${lastVersion(artifact)} + 1`
  const [row] = await db
    .insert(artifacts)
    .values({ ...artifact, version })
    .returning()
  if (!row) throw new Error("An insert gave no row.")
  return row
}

/** The statement of `insertArtifact`, which adds it only `when` that holds. */
export function artifactInsertion(artifact: NewArtifact, when: SQL): SQL {
  const row = { ...artifact, id: Bun.randomUUIDv7(), version: 1 }
  const version = (more: SQL) => sql`${lastVersion(artifact)} + ${more}`
  return insertionOf(artifacts, [row], { computed: { version }, when })
}

function lastVersion({ runId, node, mapIndex = null }: NewArtifact): SQL {
  return sql`(
    select coalesce(max(${artifacts.version}), 0) from ${artifacts}
    where ${artifacts.runId} = ${runId} and ${artifacts.node} = ${node}
      and ${artifacts.mapIndex} is not distinct from ${mapIndex}::integer
  )`
}

/** All versions of all that a run made, also of the items of its maps, oldest first. */
export function listAllArtifacts(db: Db, runId: string): Promise<ArtifactRow[]> {
  return db.select().from(artifacts).where(eq(artifacts.runId, runId)).orderBy(asc(artifacts.id))
}

/** All versions of what a node made, oldest first. */
export function listVersions(db: Db, runId: string, node: string): Promise<ArtifactRow[]> {
  return db
    .select()
    .from(artifacts)
    .where(and(eq(artifacts.runId, runId), eq(artifacts.node, node), isNull(artifacts.mapIndex)))
    .orderBy(asc(artifacts.version))
}

/** What the items of a map made, the newest of each, in their order. */
export async function listItems(db: Db, runId: string, node: string): Promise<ArtifactRow[]> {
  const rows = await db
    .select()
    .from(artifacts)
    .where(and(eq(artifacts.runId, runId), eq(artifacts.node, node), isNotNull(artifacts.mapIndex)))
    .orderBy(asc(artifacts.mapIndex), asc(artifacts.version))
  return [...new Map(rows.map((row) => [row.mapIndex, row])).values()]
}

/** Of each node, or each of these, the newest version, in the order in which they were made. */
export async function listArtifacts(
  db: Db,
  runId: string,
  nodes?: string[],
): Promise<ArtifactRow[]> {
  const rows = await db
    .select()
    .from(artifacts)
    .where(
      and(
        eq(artifacts.runId, runId),
        isNull(artifacts.mapIndex),
        nodes && inArray(artifacts.node, nodes),
      ),
    )
    .orderBy(asc(artifacts.id))
  return [...new Map(rows.map((row) => [row.node, row])).values()]
}

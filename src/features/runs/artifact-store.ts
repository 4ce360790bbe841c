import { and, asc, eq, inArray, isNotNull, isNull, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { firstRow } from "../../platform/db/first-row"
import { type ArtifactRow, artifacts } from "../../platform/db/schema/runs"

export type NewArtifact = Omit<typeof artifacts.$inferInsert, "version">

/** Adds an artifact as the next version of what its node or map item made. Returns the version. */
export async function insertArtifact(db: Db, artifact: NewArtifact): Promise<number> {
  const { runId, node, mapIndex = null } = artifact
  const version = sql`(
    select coalesce(max(${artifacts.version}), 0) + 1 from ${artifacts}
    where ${artifacts.runId} = ${runId} and ${artifacts.node} = ${node}
      and ${artifacts.mapIndex} is not distinct from ${mapIndex}::integer
  )`
  const rows = await db
    .insert(artifacts)
    .values({ ...artifact, version })
    .returning({ version: artifacts.version })
  return firstRow(rows).version
}

/** Returns all versions of everything a run made, including the items of maps, oldest first. */
export function listAllArtifacts(db: Db, runId: string): Promise<ArtifactRow[]> {
  return db.select().from(artifacts).where(eq(artifacts.runId, runId)).orderBy(asc(artifacts.id))
}

/** Returns all versions of what a node made, oldest first. */
export function listVersions(db: Db, runId: string, node: string): Promise<ArtifactRow[]> {
  return db
    .select()
    .from(artifacts)
    .where(and(eq(artifacts.runId, runId), eq(artifacts.node, node), isNull(artifacts.mapIndex)))
    .orderBy(asc(artifacts.version))
}

/** Returns the newest version of what each item of a map made, in the items' order. */
export async function listItems(db: Db, runId: string, node: string): Promise<ArtifactRow[]> {
  const rows = await db
    .select()
    .from(artifacts)
    .where(and(eq(artifacts.runId, runId), eq(artifacts.node, node), isNotNull(artifacts.mapIndex)))
    .orderBy(asc(artifacts.mapIndex), asc(artifacts.version))
  return [...new Map(rows.map((row) => [row.mapIndex, row])).values()]
}

/** Returns the newest version of each node, oldest first. */
export async function listArtifacts(db: Db, runId: string): Promise<ArtifactRow[]> {
  const rows = await db.select().from(artifacts).where(isWhole(runId)).orderBy(asc(artifacts.id))
  return newestOfEach(rows)
}

/** Returns what each of these nodes made last. */
export async function listMade(
  db: Db,
  runId: string,
  nodes: string[],
): Promise<Pick<ArtifactRow, "node" | "content" | "data">[]> {
  const { id, node, content, data } = artifacts
  const rows = await db
    .select({ node, content, data })
    .from(artifacts)
    .where(and(isWhole(runId), inArray(node, nodes)))
    .orderBy(asc(id))
  return newestOfEach(rows)
}

function isWhole(runId: string) {
  return and(eq(artifacts.runId, runId), isNull(artifacts.mapIndex))
}

function newestOfEach<Row extends { node: string }>(rows: Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.node, row])).values()]
}

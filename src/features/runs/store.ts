import { and, asc, desc, eq, inArray, isNull, lt, max, notInArray, or, sql } from "drizzle-orm"
import type { PgInsertValue, PgUpdateSetSource } from "drizzle-orm/pg-core"
import type { Db } from "../../platform/db/db"
import { firstRow } from "../../platform/db/first-row"
import type { Page } from "../../platform/db/page"
import { type RunRow, runs } from "../../platform/db/schema/runs"
import type { RunStatus } from "../../platform/shapes/run"
import type { RunQuery } from "./schema"

export async function insertRun(db: Db, run: PgInsertValue<typeof runs>): Promise<RunRow> {
  return firstRow(await db.insert(runs).values(run).returning())
}

export async function findRun(db: Db, id: string): Promise<RunRow | undefined> {
  const [run] = await db.select().from(runs).where(eq(runs.id, id))
  return run
}

/** The owner of runs: a workflow, an agent, or anyone. */
export type RunsOf = { workflowId?: string; agentId?: string }
export type RunFilter = RunsOf & Omit<RunQuery, "status"> & { status?: RunStatus[] | undefined }

export async function listRuns(db: Db, page: Page & RunFilter): Promise<RunRow[]> {
  return db
    .select()
    .from(runs)
    .where(and(page.before ? lt(runs.id, page.before) : undefined, matches(page)))
    .orderBy(desc(runs.id))
    .limit(page.limit)
}

/** A subquery for the ids of these runs. */
export function selectIds(db: Db, filter: RunFilter) {
  return db.select({ id: runs.id }).from(runs).where(matches(filter))
}

export async function countMatching(db: Db, filter: RunFilter): Promise<number> {
  return db.$count(runs, matches(filter))
}

/** Returns each workflow and agent that has runs, as its newest run calls it. */
export async function listOwners(db: Db) {
  const { workflowId, agentId, workflowName: name, id } = runs
  const owner = sql`coalesce(${workflowId}, ${agentId})`
  return db
    .selectDistinctOn([owner], { workflowId, agentId, name })
    .from(runs)
    .orderBy(owner, desc(id))
}

/** Returns the newest run of each workflow or agent that has one. */
export async function listNewestRuns(db: Db, of: keyof RunsOf, ids: string[]): Promise<RunRow[]> {
  if (ids.length === 0) return []
  const newest = db
    .select({ id: max(sql<string>`${runs.id}::text`).as("id") })
    .from(runs)
    .where(inArray(runs[of], ids))
    .groupBy(runs[of])
  return db.select().from(runs).where(sql`${runs.id}::text in ${newest}`)
}

/** Locks a run until the transaction ends. */
export async function lockRun(db: Db, id: string): Promise<RunRow | undefined> {
  const [run] = await db.select().from(runs).where(eq(runs.id, id)).for("update")
  return run
}

/** Few columns, because a definition can be large and each step asks several times. */
const hold = {
  status: runs.status,
  owner: runs.owner,
  pauseRequested: runs.pauseRequested,
}
export type Hold = Pick<RunRow, keyof typeof hold>

export async function findHold(db: Db, id: string): Promise<Hold | undefined> {
  const [row] = await db.select(hold).from(runs).where(eq(runs.id, id))
  return row
}

export async function lockHold(db: Db, id: string): Promise<Hold | undefined> {
  const [row] = await db.select(hold).from(runs).where(eq(runs.id, id)).for("update")
  return row
}

/** Locks these runs. Returns undefined if one isn't in a status of `among`. */
export async function lockRunsOf(
  db: Db,
  of: RunsOf,
  among: readonly RunStatus[],
): Promise<string[] | undefined> {
  const rows = await db
    .select({ id: runs.id, status: runs.status })
    .from(runs)
    .where(isOf(of))
    .for("update")
  return rows.every(({ status }) => among.includes(status)) ? rows.map(({ id }) => id) : undefined
}

/** Changes a run only while its status is `from`, so that one of two writers wins. */
export async function moveRun(
  db: Db,
  id: string,
  from: RunStatus,
  change: PgUpdateSetSource<typeof runs>,
): Promise<RunRow | undefined> {
  const [row] = await db
    .update(runs)
    .set({ ...change, version: sql`${runs.version} + 1` })
    .where(and(eq(runs.id, id), eq(runs.status, from)))
    .returning()
  return row
}

export async function updateRun(
  db: Db,
  id: string,
  change: Partial<typeof runs.$inferInsert>,
): Promise<void> {
  await db.update(runs).set(change).where(eq(runs.id, id))
}

/** Deletes a run with all that it made. */
export async function deleteRun(db: Db, id: string): Promise<void> {
  await db.delete(runs).where(eq(runs.id, id))
}

const over: RunStatus[] = ["completed", "failed", "cancelled"]

/** Finds a run that ended before then and still has its records. */
export async function findRunWithRecords(db: Db, endedBefore: Date): Promise<string | undefined> {
  const hasRecords = and(isNull(runs.recordsRemovedAt), inArray(runs.status, over))
  const [run] = await db
    .select({ id: runs.id })
    .from(runs)
    .where(and(lt(runs.completedAt, endedBefore), hasRecords))
    .limit(1)
  return run?.id
}

/** Returns when the oldest unfinished run was created. */
export async function oldestUnfinished(db: Db): Promise<Date | undefined> {
  const [run] = await db
    .select({ createdAt: runs.createdAt })
    .from(runs)
    .where(notInArray(runs.status, over))
    .orderBy(asc(runs.createdAt))
    .limit(1)
  return run?.createdAt
}

export async function countRuns(db: Db): Promise<{ status: RunStatus; count: number }[]> {
  return db
    .select({ status: runs.status, count: sql<number>`count(*)::int` })
    .from(runs)
    .groupBy(runs.status)
}

function matches({ status, of, query = "", ...owner }: RunFilter) {
  const text = sql`lower(concat_ws(' ', ${runs.input}->>'query', ${runs.workflowName}, ${runs.id}))`
  const words = query.split(/\s+/).filter(Boolean)
  return and(
    isOf(owner),
    status && inArray(runs.status, status),
    of === undefined ? undefined : or(eq(runs.workflowId, of), eq(runs.agentId, of)),
    ...words.map((word) => sql`strpos(${text}, lower(${word})) > 0`),
  )
}

function isOf({ workflowId, agentId }: RunsOf) {
  return and(
    workflowId === undefined ? undefined : eq(runs.workflowId, workflowId),
    agentId === undefined ? undefined : eq(runs.agentId, agentId),
  )
}

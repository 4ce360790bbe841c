import { and, asc, eq, inArray, ne, type SQL, sql } from "drizzle-orm"
import { isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { type StepRow, steps } from "../../platform/db/schema/runs"
import { insertionOf, updateOf } from "../../platform/db/writes"

/** The step that failed first, if one did whose failure counts. */
export async function findFailure(
  db: Db,
  runId: string,
): Promise<Pick<StepRow, "error"> | undefined> {
  const [step] = await db
    .select({ error: steps.error })
    .from(steps)
    .where(failedIn(runId))
    .orderBy(asc(steps.id))
    .limit(1)
  return step
}

/** In the order in which they began. */
export async function listSteps(db: Db, runIds: string[]): Promise<StepRow[]> {
  if (runIds.length === 0) return []
  return db.select().from(steps).where(inArray(steps.runId, runIds)).orderBy(asc(steps.id))
}

/** The steps of some nodes of a run, in the order in which they began. */
export function listStepsOf(db: Db, runId: string, nodes: string[]): Promise<StepRow[]> {
  return db
    .select()
    .from(steps)
    .where(and(eq(steps.runId, runId), inArray(steps.node, nodes)))
    .orderBy(asc(steps.id))
}

/** Whether each of these nodes has ended without having done anything. */
export async function areSkipped(db: Db, runId: string, nodes: string[]): Promise<boolean> {
  if (nodes.length === 0) return false
  const rows = await db
    .select({ id: steps.id })
    .from(steps)
    .where(and(eq(steps.runId, runId), inArray(steps.node, nodes), ne(steps.status, "skipped")))
    .limit(1)
  return rows.length === 0
}

export type Place = Pick<StepRow, "runId" | "node" | "iteration" | "mapIndex">

/** What decides whether a step is to be done: its row, and a failure before it. */
export type Seen = {
  step: StepRow | undefined
  failure: Pick<StepRow, "error"> | undefined
}

export async function look(db: Db, place: Place): Promise<Seen> {
  const [step, failure] = await Promise.all([findStep(db, place), findFailure(db, place.runId)])
  return { step, failure }
}

/**
 * The condition that a step is to begin, as far as the steps know: there is none at its place, no
 * failure counts, and something was done before it if it depends on anything.
 */
export function isFirst(place: Place, dependencies: string[]): SQL {
  const before = and(eq(steps.runId, place.runId), isAnyOf(steps.node, dependencies))
  return sql`not exists (select from ${steps} where ${atPlace(place)})
    and not exists (select from ${steps} where ${failedIn(place.runId)})
    and (${dependencies.length === 0}::boolean or exists (
      select from ${steps} where ${before} and ${steps.status} <> 'skipped'
    ))`
}

export async function findStep(db: Db, place: Place): Promise<StepRow | undefined> {
  const [step] = await db.select().from(steps).where(atPlace(place))
  return step
}

export async function insertStep(
  db: Db,
  step: typeof steps.$inferInsert,
): Promise<StepRow | undefined> {
  const [row] = await db.insert(steps).values(step).returning()
  return row
}

export async function updateStep(
  db: Db,
  id: string,
  change: Partial<typeof steps.$inferInsert>,
): Promise<StepRow | undefined> {
  const [row] = await db.update(steps).set(change).where(eq(steps.id, id)).returning()
  return row
}

/** The statement that inserts a step, `when` that holds. */
export function stepInsertion(step: StepRow, when: SQL): SQL {
  return insertionOf(steps, [step], { when })
}

/** The statement that changes a step, `when` that holds. */
export function stepUpdate(id: string, change: Partial<typeof steps.$inferInsert>, when: SQL): SQL {
  return updateOf(steps, change, sql`${steps.id} = ${id} and ${when}`)
}

/** Ends the running steps of a run as cancelled, and returns them. */
export async function cancelSteps(db: Db, runId: string): Promise<StepRow[]> {
  return db
    .update(steps)
    .set({ status: "cancelled", completedAt: new Date() })
    .where(and(eq(steps.runId, runId), eq(steps.status, "running")))
    .returning()
}

function failedIn(runId: string) {
  return and(eq(steps.runId, runId), eq(steps.status, "failed"), eq(steps.tolerated, false))
}

function atPlace({ runId, node, iteration, mapIndex }: Place) {
  return and(
    eq(steps.runId, runId),
    eq(steps.node, node),
    eq(steps.iteration, iteration),
    eq(steps.mapIndex, mapIndex),
  )
}

import { and, asc, eq, inArray, ne, or, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { firstRow } from "../../platform/db/first-row"
import { type StepRow, steps } from "../../platform/db/schema/runs"

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

export async function listSteps(db: Db, runIds: string[]): Promise<StepRow[]> {
  if (runIds.length === 0) return []
  return db.select().from(steps).where(inArray(steps.runId, runIds)).orderBy(asc(steps.id))
}

export function listStepsOf(db: Db, runId: string, nodes: string[]): Promise<StepRow[]> {
  return db
    .select()
    .from(steps)
    .where(and(eq(steps.runId, runId), inArray(steps.node, nodes)))
    .orderBy(asc(steps.id))
}

/** Identifies a step: the node, the revision (`iteration`) and the item of a map (`mapIndex`). */
export type StepKey = Pick<StepRow, "runId" | "node" | "iteration" | "mapIndex">

/** What decides whether a step runs. */
export type Seen = {
  /** Its row, if it has begun. */
  step: StepRow | undefined
  /** The failure of another step, unless that is tolerated. */
  failure: Pick<StepRow, "error"> | undefined
  /** True if there are dependencies, and all of them were skipped. */
  isBehindSkipped: boolean
}

/** Looks at a step, at failures before it, and at the nodes that it depends on. */
export async function look(
  db: Db,
  key: StepKey,
  dependencies: readonly string[] = [],
): Promise<Seen> {
  const { id, node, status, tolerated, error } = steps
  const isNeeded = and(
    eq(steps.runId, key.runId),
    inArray(node, [...dependencies]),
    ne(status, "skipped"),
  )
  const rows = await db
    .select({ node, status, tolerated, error, isItself: sql<boolean>`${isStep(key)}` })
    .from(steps)
    .where(or(isStep(key), failedIn(key.runId), isNeeded))
    .orderBy(asc(id))
  return {
    step: rows.some(({ isItself }) => isItself) ? await findStep(db, key) : undefined,
    failure: rows.find(({ status, tolerated }) => status === "failed" && !tolerated),
    isBehindSkipped:
      dependencies.length > 0 &&
      !rows.some(({ node, status }) => dependencies.includes(node) && status !== "skipped"),
  }
}

export async function findStep(db: Db, key: StepKey): Promise<StepRow | undefined> {
  const [step] = await db.select().from(steps).where(isStep(key))
  return step
}

export async function insertStep(db: Db, step: typeof steps.$inferInsert): Promise<StepRow> {
  return firstRow(await db.insert(steps).values(step).returning())
}

/** Changes a step whose run is held, and returns it with the changes. */
export async function updateStep(
  db: Db,
  step: StepRow,
  change: Partial<StepRow>,
): Promise<StepRow> {
  await db.update(steps).set(change).where(eq(steps.id, step.id))
  return { ...step, ...change }
}

/** Cancels a run's running steps. Returns them. */
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

function isStep({ runId, node, iteration, mapIndex }: StepKey) {
  return and(
    eq(steps.runId, runId),
    eq(steps.node, node),
    eq(steps.iteration, iteration),
    eq(steps.mapIndex, mapIndex),
  )
}

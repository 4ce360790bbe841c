import { and, desc, eq, lt } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { firstRow } from "../../platform/db/first-row"
import type { Page } from "../../platform/db/page"
import { type WorkflowRow, workflows } from "../../platform/db/schema/workflows"

export async function findWorkflow(db: Db, id: string): Promise<WorkflowRow | undefined> {
  const [workflow] = await db.select().from(workflows).where(eq(workflows.id, id))
  return workflow
}

/** Returns the newest workflow that was created from this preset. */
export async function findPresetWorkflow(db: Db, preset: string): Promise<WorkflowRow | undefined> {
  const [workflow] = await db
    .select()
    .from(workflows)
    .where(eq(workflows.preset, preset))
    .orderBy(desc(workflows.id))
    .limit(1)
  return workflow
}

export function listWorkflows(db: Db, { limit, before }: Page): Promise<WorkflowRow[]> {
  return db
    .select()
    .from(workflows)
    .where(before ? lt(workflows.id, before) : undefined)
    .orderBy(desc(workflows.id))
    .limit(limit)
}

export async function insertWorkflow(
  db: Db,
  workflow: typeof workflows.$inferInsert,
): Promise<WorkflowRow> {
  return firstRow(await db.insert(workflows).values(workflow).returning())
}

/** Changes a workflow if it still has this version, so that only one of two writers wins. */
export async function updateWorkflow(
  db: Db,
  id: string,
  version: number,
  change: Partial<typeof workflows.$inferInsert>,
): Promise<WorkflowRow | undefined> {
  const [row] = await db
    .update(workflows)
    .set({ ...change, version: version + 1 })
    .where(and(eq(workflows.id, id), eq(workflows.version, version)))
    .returning()
  return row
}

/** Deletes a workflow and its runs. */
export async function deleteWorkflow(db: Db, id: string): Promise<void> {
  await db.delete(workflows).where(eq(workflows.id, id))
}

export async function countWorkflows(db: Db): Promise<number> {
  return db.$count(workflows)
}

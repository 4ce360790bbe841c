import { and, desc, eq, lt } from "drizzle-orm"
import type { Db } from "../db/db"
import type { Page } from "../db/page"
import { type WorkflowRow, workflows } from "./table"

export async function findWorkflow(db: Db, id: string): Promise<WorkflowRow | undefined> {
  const [workflow] = await db.select().from(workflows).where(eq(workflows.id, id))
  return workflow
}

/** The newest one that was made of this preset. */
export async function findPresetWorkflow(db: Db, preset: string): Promise<WorkflowRow | undefined> {
  const [workflow] = await db
    .select()
    .from(workflows)
    .where(eq(workflows.preset, preset))
    .orderBy(desc(workflows.id))
    .limit(1)
  return workflow
}

/** Newest first. */
export async function listWorkflows(
  db: Db,
  { limit, before, name }: Page & { name?: string },
): Promise<WorkflowRow[]> {
  return db
    .select()
    .from(workflows)
    .where(
      and(
        before ? lt(workflows.id, before) : undefined,
        name === undefined ? undefined : eq(workflows.name, name),
      ),
    )
    .orderBy(desc(workflows.id))
    .limit(limit)
}

export async function insertWorkflow(
  db: Db,
  workflow: typeof workflows.$inferInsert,
): Promise<WorkflowRow | undefined> {
  const [row] = await db.insert(workflows).values(workflow).returning()
  return row
}

export async function countWorkflows(db: Db): Promise<number> {
  return db.$count(workflows)
}

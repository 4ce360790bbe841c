import { eq, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { runs } from "../../platform/db/schema/runs"

/** Any number that other locks of ours don't have. */
const LOCK = 4_207_001

/** The budget that a run was started with, null without one, and the workflow that it is of. */
export async function findBudgetOfRun(db: Db, id: string) {
  const { budgetUsd, workflowId } = runs
  const [run] = await db.select({ budgetUsd, workflowId }).from(runs).where(eq(runs.id, id))
  return run
}

/** Until the transaction ends, nobody else who asks for this adds to what the day has cost. */
export async function lockDay(db: Db): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`)
}

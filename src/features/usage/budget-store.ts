import { eq, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { runs } from "../../platform/db/schema/runs"

/** Unique among our advisory locks. */
const LOCK = 4_207_001

/** Returns the budget that a run was started with, or null, and its workflow. */
export async function findBudgetOfRun(db: Db, id: string) {
  const { budgetUsd, workflowId } = runs
  const [run] = await db.select({ budgetUsd, workflowId }).from(runs).where(eq(runs.id, id))
  return run
}

/** Takes the lock on the day's spending until the transaction ends. */
export async function lockDay(db: Db): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`)
}

import { eq, sql } from "drizzle-orm"
import type { Db } from "../db/db"
import { runs } from "../runs/table"

/** Any number that other locks of ours don't have. */
const LOCK = 4_207_001

/** The budget that a run was started with, if it was with one. */
export async function findBudgetOfRun(db: Db, id: string): Promise<number | undefined> {
  const [run] = await db.select({ budgetUsd: runs.budgetUsd }).from(runs).where(eq(runs.id, id))
  return run?.budgetUsd ?? undefined
}

/** Until the transaction ends, nobody else who asks for this adds to what the day has cost. */
export async function lockDay(db: Db): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`)
}

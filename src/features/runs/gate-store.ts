import { asc, eq } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { type DecisionRow, gateDecisions } from "../../platform/db/schema/runs"

export function listDecisions(db: Db, runId: string): Promise<DecisionRow[]> {
  return db
    .select()
    .from(gateDecisions)
    .where(eq(gateDecisions.runId, runId))
    .orderBy(asc(gateDecisions.id))
}

export async function insertDecision(
  db: Db,
  decision: typeof gateDecisions.$inferInsert,
): Promise<void> {
  await db.insert(gateDecisions).values(decision)
}

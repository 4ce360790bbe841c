import { and, eq, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { runs } from "../../platform/db/schema/runs"
import type { Difference } from "../../platform/shapes/run"

/** A replay that goes wrong early differs everywhere; the first differences tell why. */
const DIFFERENCES_MAX = 100

/** Adds a difference to a replay's, unless it is there already. */
export async function addDifference(db: Db, id: string, difference: Difference): Promise<void> {
  const before = sql`${runs.recording}->'differences'`
  const added = sql`${JSON.stringify([difference])}::text::jsonb`
  const recording = sql`jsonb_set(${runs.recording}, '{differences}', ${before} || ${added})`
  await db
    .update(runs)
    .set({ recording })
    .where(
      and(
        eq(runs.id, id),
        sql`not ${before} @> ${added}`,
        sql`jsonb_array_length(${before}) < ${DIFFERENCES_MAX}`,
      ),
    )
}

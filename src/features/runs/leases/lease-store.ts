import { and, asc, eq, isNull, or, sql } from "drizzle-orm"
import type { Db } from "../../../platform/db/db"
import { type RunRow, runs } from "../../../platform/db/schema/runs"
import type { Waiting } from "../../../platform/shapes/run"

/** How long a process that has gone silent keeps its runs. */
export type Lease = { owner: string; seconds: number }

/** The change that gives a run to the owner, starting now. */
export function leased({ owner, seconds }: Lease) {
  return { owner, leaseUntil: sql`clock_timestamp() + make_interval(secs => ${seconds})` }
}

export async function renewLeases(db: Db, lease: Lease): Promise<string[]> {
  const { leaseUntil } = leased(lease)
  const rows = await db
    .update(runs)
    // A renewed lease doesn't count as a change of the run.
    .set({ leaseUntil, updatedAt: sql`${runs.updatedAt}` })
    .where(and(eq(runs.owner, lease.owner), eq(runs.status, "running")))
    .returning({ id: runs.id })
  return rows.map(({ id }) => id)
}

type Abandoned = { owner: string; othersAreDead: boolean; limit: number }

/** Locks the oldest runs that nobody runs or whose wait is over. Skips what others have locked. */
export async function lockAbandoned(
  db: Db,
  { owner, othersAreDead, limit }: Abandoned,
): Promise<RunRow[]> {
  const isOver = sql`coalesce(${runs.leaseUntil}, '-infinity') < clock_timestamp()`
  const isLeft = and(
    eq(runs.status, "running"),
    sql`${runs.owner} is distinct from ${owner}`,
    othersAreDead ? undefined : or(isNull(runs.owner), isOver),
  )
  const isDue = and(eq(runs.status, "waiting"), sql`${runs.wakeAt} <= clock_timestamp()`)
  return db
    .select()
    .from(runs)
    .where(or(isLeft, isDue))
    .orderBy(asc(runs.id))
    .limit(limit)
    .for("update", { skipLocked: true })
}

/** Returns milliseconds until the first waiting run continues by itself. Undefined if none will. */
export async function nextWakeMs(db: Db): Promise<number | undefined> {
  const left = sql<number | null>`extract(epoch from min(${runs.wakeAt}) - clock_timestamp())`
  const [row] = await db
    .select({ ms: sql<number | null>`(${left})::float8 * 1000` })
    .from(runs)
    .where(eq(runs.status, "waiting"))
  return row?.ms ?? undefined
}

/** Makes every run that waits for this reason due now. */
export async function wakeWaiting(db: Db, reason: Waiting["reason"]): Promise<void> {
  await db
    .update(runs)
    .set({ wakeAt: sql`clock_timestamp()` })
    .where(and(eq(runs.status, "waiting"), sql`${runs.waiting}->>'reason' = ${reason}`))
}

/** Gives up this owner's unfinished runs, which tells the next one that they were left in order. */
export async function releaseRuns(db: Db, owner: string): Promise<void> {
  await db.update(runs).set({ owner: null }).where(eq(runs.owner, owner))
}

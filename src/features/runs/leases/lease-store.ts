import { and, asc, eq, isNull, or, sql } from "drizzle-orm"
import type { Db } from "../../../platform/db/db"
import { type RunRow, runs } from "../../../platform/db/schema/runs"
import type { Waiting } from "../../../platform/shapes/run"

/** For how long the runs of a process stay its own when nothing is heard of it. */
export type Lease = { owner: string; seconds: number }

/** What makes a run the owner's from now on. */
export function leased({ owner, seconds }: Lease) {
  return { owner, leaseUntil: sql`clock_timestamp() + make_interval(secs => ${seconds})` }
}

/** Makes the lease of all that this owner runs last from now on, and returns their ids. */
export async function renewLeases(db: Db, lease: Lease): Promise<string[]> {
  const { leaseUntil } = leased(lease)
  const rows = await db
    .update(runs)
    // That somebody still runs it is no change of a run.
    .set({ leaseUntil, updatedAt: sql`${runs.updatedAt}` })
    .where(and(eq(runs.owner, lease.owner), eq(runs.status, "running")))
    .returning({ id: runs.id })
  return rows.map(({ id }) => id)
}

export type Abandoned = { owner: string; othersAreDead: boolean; limit: number }

/**
 * The oldest runs that somebody else began and nobody runs, or whose time of waiting is over, which
 * nobody else can change until the transaction ends. Those that another process is looking at in this moment are not among them.
 */
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

/** Milliseconds until the first waiting run goes on by itself; undefined if none will. */
export async function nextWakeMs(db: Db): Promise<number | undefined> {
  const left = sql<number | null>`extract(epoch from min(${runs.wakeAt}) - clock_timestamp())`
  const [row] = await db
    .select({ ms: sql<number | null>`(${left})::float8 * 1000` })
    .from(runs)
    .where(eq(runs.status, "waiting"))
  return row?.ms ?? undefined
}

/** Makes all runs due that wait for this reason. */
export async function wakeWaiting(db: Db, reason: Waiting["reason"]): Promise<void> {
  await db
    .update(runs)
    .set({ wakeAt: sql`clock_timestamp()` })
    .where(and(eq(runs.status, "waiting"), sql`${runs.waiting}->>'reason' = ${reason}`))
}

/** Gives up what this owner has not finished, so that the next one knows it was left in good order. */
export async function releaseRuns(db: Db, owner: string): Promise<void> {
  await db.update(runs).set({ owner: null }).where(eq(runs.owner, owner))
}

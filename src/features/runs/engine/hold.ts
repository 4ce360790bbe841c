import { type SQL, sql } from "drizzle-orm"
import type { Db } from "../../../platform/db/db"
import { runs } from "../../../platform/db/schema/runs"
import { partsOf, type Writes } from "../../../platform/db/writes"
import { appended } from "../../../platform/events/appending"
import type { RecordedEvent } from "../../../platform/events/event"
import { type Changed, changedJson } from "../../settings/changed"
import type { StepDeps } from "../deps"
import * as store from "../store"
import { type ActiveRun, RunEnded } from "./active"

/**
 * Whose the run is, held until the transaction ends. Throws RunEnded if it is not ours to go on with:
 * somebody cancelled it, or another process has taken it over.
 */
export async function hold(db: Db, run: ActiveRun): Promise<store.Hold> {
  return ours(await store.lockHold(db, run.row.id), run)
}

/**
 * Throws RunEnded as `hold` does. Nothing keeps the run ours afterwards, so this is for what is
 * only a waste if it is not.
 */
export async function requireHeld(db: Db, run: ActiveRun): Promise<void> {
  ours(await store.findHold(db, run.row.id), run)
}

export type Written = {
  pauseRequested: boolean
  /** Whether it was written; if not, `only` kept it from that. */
  isDone: boolean
  /** The settings as they were changed by then. */
  changed: Changed[]
}

/**
 * Does writes of a run and stores the events that tell of them, by one statement and so all or
 * none: in a transaction of several, most of the time would be spent on the ways to the database.
 * Throws RunEnded as `hold` does. `only` is a further condition, which may name columns of `run`.
 */
export async function writeHeld(
  { db, events }: Pick<StepDeps, "db" | "events">,
  run: ActiveRun,
  writes: Writes,
  { told = [], only = sql`true` }: { told?: RecordedEvent[]; only?: SQL } = {},
): Promise<Written> {
  const held = sql`exists (select from held)`
  const parts = [
    partsOf(writes(held)),
    ...(told.length > 0 ? [appended(told, events.channel, held)] : []),
  ]
  const [row] = await db.execute<WrittenRow>(sql`
    with run as materialized (
      select status, owner, pause_requested from ${runs} where id = ${run.row.id} for update
    ), held as materialized (
      select from run where status = 'running' and owner = ${run.owner} and ${only}
    ), ${sql.join(parts, sql`, `)}
    select status, owner, pause_requested, ${held} as is_done, ${changedJson} as changed from run`)
  if (told.length > 0) events.wake()
  const { pause_requested: pauseRequested, is_done: isDone, changed } = ours(row, run)
  return { pauseRequested, isDone, changed }
}

type WrittenRow = Pick<store.Hold, "status" | "owner"> & {
  pause_requested: boolean
  is_done: boolean
  changed: Changed[]
}

function ours<R extends Pick<store.Hold, "status" | "owner">>(
  row: R | undefined,
  { owner }: ActiveRun,
): R {
  if (row?.status === "running" && row.owner === owner) return row
  throw new RunEnded(`The run is ${row?.status ?? "deleted"} or someone else runs it.`)
}

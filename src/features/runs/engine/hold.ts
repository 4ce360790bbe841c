import type { Db } from "../../../platform/db/db"
import * as store from "../store"
import { type ActiveRun, RunEnded } from "./active"

/**
 * Locks the run until the transaction ends, so that nobody else can cancel it or take it over.
 * Throws RunEnded if somebody already has.
 */
export async function hold(db: Db, run: ActiveRun): Promise<store.Hold> {
  return requireOwn(await store.lockHold(db, run.row.id), run)
}

/** Throws RunEnded as `hold` does, but locks nothing: use it before work that is merely wasted. */
export async function requireHeld(db: Db, run: ActiveRun): Promise<void> {
  requireOwn(await store.findHold(db, run.row.id), run)
}

function requireOwn(row: store.Hold | undefined, { owner }: ActiveRun): store.Hold {
  if (row?.status === "running" && row.owner === owner) return row
  throw new RunEnded(`The run is ${row?.status ?? "deleted"}, or another process runs it.`)
}

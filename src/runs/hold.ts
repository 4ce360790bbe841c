import type { Db } from "../db/db"
import { type ActiveRun, RunEnded } from "./active"
import * as store from "./store"

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

function ours(row: store.Hold | undefined, { owner }: ActiveRun): store.Hold {
  if (row?.status === "running" && row.owner === owner) return row
  throw new RunEnded(`The run is ${row?.status ?? "deleted"} or someone else runs it.`)
}

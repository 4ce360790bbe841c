import type { Db } from "../../../platform/db/db"
import type { RunRow } from "../../../platform/db/schema/runs"
import { type Emit, transact } from "../../../platform/events/transact"
import type { StepDeps } from "../deps"
import { runRef } from "../read/ref"
import * as store from "../store"
import { type Lease, leased, lockAbandoned } from "./lease-store"
import type { RunPool } from "./run-pool"

/** A run that was taken over this often without finishing a step might crash every start. */
const MAX_TAKE_OVERS = 3

/** Fills the free slots with the oldest runs that nobody runs; others may take the rest. */
export async function takeOverInto(pool: RunPool, deps: StepDeps, lease: Lease): Promise<void> {
  while (pool.free() > 0) {
    const found = await takeOver(deps, lease, pool.free())
    if (found.length === 0) return
    for (const row of found) if (row.status === "running") pool.launch(row)
  }
}

/** Takes over up to `limit` runs that nobody runs. Returns their new rows: ours, or interrupted. */
function takeOver(deps: StepDeps, lease: Lease, limit: number): Promise<RunRow[]> {
  const abandoned = { owner: lease.owner, othersAreDead: deps.ownsHome, limit }
  return transact(deps, async ({ db }, emit) => {
    const rows: RunRow[] = []
    for (const row of await lockAbandoned(db, abandoned)) {
      rows.push((await takeOverRun(db, emit, lease, row)) ?? row)
    }
    return rows
  })
}

/** After three take-overs without progress, a run becomes `interrupted` until it is resumed. */
async function takeOverRun(
  db: Db,
  emit: Emit,
  lease: Lease,
  row: RunRow,
): Promise<RunRow | undefined> {
  if (row.status === "waiting") {
    const data = runRef(row)
    if (data) emit({ type: "workflow.resumed", data })
    const again = { status: "running", waiting: null, wakeAt: null } as const
    return store.moveRun(db, row.id, "waiting", { ...again, ...leased(lease) })
  }
  // A run without an owner was left in good order or never begun, so it didn't crash anything.
  const takeOvers = row.owner === null ? row.takeOvers : row.takeOvers + 1
  if (takeOvers <= MAX_TAKE_OVERS) {
    return store.moveRun(db, row.id, "running", { ...leased(lease), takeOvers })
  }
  const message = `${row.workflowName} was taken over ${MAX_TAKE_OVERS} times without progress.`
  emit({ type: "system.warning", data: { message, run_id: row.id } })
  const error = `${message} Resume it to try again.`
  return store.moveRun(db, row.id, "running", { status: "interrupted", owner: null, error })
}

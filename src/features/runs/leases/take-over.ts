import type { Db } from "../../../platform/db/db"
import type { RunRow } from "../../../platform/db/schema/runs"
import { type Emit, transact } from "../../../platform/events/transact"
import type { StepDeps } from "../deps"
import { runRef } from "../read/ref"
import * as store from "../store"
import { type Lease, leased, lockAbandoned } from "./lease-store"
import type { Places } from "./places"

/** A run that was taken over this often without finishing a step would bring down every start. */
const MAX_TAKE_OVERS = 3

/**
 * Fills the free places with runs that nobody runs, the oldest first. Those for which there is no
 * place stay as they are: a process that has one may take them, and if we die they are no worse.
 */
export async function takeOverInto(places: Places, deps: StepDeps, lease: Lease): Promise<void> {
  while (places.free() > 0) {
    const found = await takeOver(deps, lease, places.free())
    if (found.length === 0) return
    for (const row of found) if (row.status === "running") places.launch(row)
  }
}

/** At most `limit` runs that nobody ran, as they are now: ours, or interrupted. */
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

/**
 * Makes a run of a dead process ours, or one whose time of waiting is over. After three times without progress it becomes `interrupted`
 * instead: nobody runs it then, and resuming it tries again.
 */
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
  // What a process left in good order, or never began, is no sign of poison.
  const takeOvers = row.owner === null ? row.takeOvers : row.takeOvers + 1
  if (takeOvers <= MAX_TAKE_OVERS) {
    return store.moveRun(db, row.id, "running", { ...leased(lease), takeOvers })
  }
  const message = `${row.workflowName} was taken over ${MAX_TAKE_OVERS} times without progress.`
  emit({ type: "system.warning", data: { message, run_id: row.id } })
  const error = `${message} Resume it to try again.`
  return store.moveRun(db, row.id, "running", { status: "interrupted", owner: null, error })
}

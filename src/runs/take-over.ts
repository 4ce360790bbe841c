import type { RunDeps } from "../deps"
import { transact } from "../events/transact"
import * as store from "./store"
import type { RunRow } from "./table"

/** A run that was taken over this often without finishing a step would bring down every start. */
const MAX_TAKE_OVERS = 3

/**
 * Makes a run of a dead process ours. After three times without progress it becomes `interrupted`
 * instead: nobody runs it then, and resuming it tries again.
 */
export async function takeOverRun(
  deps: RunDeps,
  owner: string,
  row: RunRow,
): Promise<RunRow | undefined> {
  // What a process left in good order, or never began, is no sign of poison.
  const takeOvers = row.owner === null ? row.takeOvers : row.takeOvers + 1
  if (takeOvers <= MAX_TAKE_OVERS) {
    return store.moveRun(deps.db, row.id, "running", { owner, takeOvers })
  }
  const message = `${row.workflowName} was taken over ${MAX_TAKE_OVERS} times without progress.`
  return transact(deps, async ({ db }, emit) => {
    emit({ type: "system.warning", data: { message, run_id: row.id } })
    const error = `${message} Resume it to try again.`
    return store.moveRun(db, row.id, "running", { status: "interrupted", owner: null, error })
  })
}

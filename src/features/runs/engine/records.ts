import type { StepDeps } from "../deps"
import { deleteSomeLines } from "../log-store"
import * as store from "../store"

/*
 * The records of a run that are deleted after RETENTION_DAYS: its checkpoints, the requests and
 * answers of its calls, and its log. The run, its steps and its artifacts stay.
 */

type RecordDeps = Pick<StepDeps, "db">

/** Finds a run that ended before that time and still has its records. */
export function findRunWithRecords({ db }: RecordDeps, endedBefore: Date) {
  return store.findRunWithRecords(db, endedBefore)
}

/** Deletes up to `limit` log lines of a run. Returns the number deleted. */
export function forgetLog({ db }: RecordDeps, id: string, limit: number): Promise<number> {
  return deleteSomeLines(db, id, limit)
}

export function markRecordsRemoved({ db }: RecordDeps, id: string, at: Date): Promise<void> {
  return store.updateRun(db, id, { recordsRemovedAt: at })
}

/** Returns when the oldest unfinished run was created. Undefined if all are finished. */
export function oldestUnfinished({ db }: RecordDeps): Promise<Date | undefined> {
  return store.oldestUnfinished(db)
}

import type { StepDeps } from "../deps"
import { deleteSomeLines } from "../log-store"
import * as store from "../store"

/*
 * What is recorded of a run beside the run itself, its steps and its artifacts, and goes after
 * RETENTION_DAYS: checkpoints, what was asked and answered in its calls, and its log.
 */

type RecordDeps = Pick<StepDeps, "db">

/** A run that ended before that moment and still has its records. */
export function findRunWithRecords({ db }: RecordDeps, endedBefore: Date) {
  return store.findRunWithRecords(db, endedBefore)
}

/** Deletes at most `limit` lines of a run's log; how many it were. */
export function forgetLog({ db }: RecordDeps, id: string, limit: number): Promise<number> {
  return deleteSomeLines(db, id, limit)
}

export function markRecordsRemoved({ db }: RecordDeps, id: string, at: Date): Promise<void> {
  return store.updateRun(db, id, { recordsRemovedAt: at })
}

/** When the oldest run was made that is not over; undefined if all are. */
export function oldestUnfinished({ db }: RecordDeps): Promise<Date | undefined> {
  return store.oldestUnfinished(db)
}

import { DatabaseSaver } from "../../engines/graph/checkpoint"
import { forgetEvents } from "../../platform/events/service"
import {
  findRunWithRecords,
  forgetLog,
  markRecordsRemoved,
  oldestUnfinished,
} from "../runs/engine/records"
import type { RunDeps } from "../runs/leases/supervisor"
import { currentSettings } from "../settings/service"
import { forgetBodiesOfRun } from "../usage/service"

/** Small batches, so that no statement blocks others. Bodies can be megabytes, rows are small. */
const BODIES = 20
const ROWS = 500

const DAY_MS = 24 * 3600_000

export type Removed = {
  runs: number
  checkpoint_rows: number
  bodies: number
  log_lines: number
  events: number
}

export type RetentionDeps = Pick<RunDeps, "db" | "config">

/**
 * Removes records older than RETENTION_DAYS: old events, and the checkpoints, log and call bodies of
 * runs that finished that long ago. Keeps runs, steps, artifacts, and each call's model, tokens,
 * cost and times for ever. Removes nothing of an unfinished run, and no event since the oldest
 * unfinished run started. Rejects with the signal's reason; the next call continues.
 */
export async function removeOld(
  { db, config }: RetentionDeps,
  now: Date,
  signal: AbortSignal,
): Promise<Removed> {
  const removed = { runs: 0, checkpoint_rows: 0, bodies: 0, log_lines: 0, events: 0 }
  const { retentionDays } = await currentSettings({ db, config })
  if (retentionDays === 0) return removed
  const before = new Date(now.getTime() - retentionDays * DAY_MS)
  const saver = new DatabaseSaver(db)
  for (;;) {
    const id = await findRunWithRecords({ db }, before)
    if (!id) break
    removed.checkpoint_rows += await untilNone(signal, () => saver.deleteSome(id, ROWS))
    removed.bodies += await untilNone(signal, () => forgetBodiesOfRun({ db }, id, BODIES))
    removed.log_lines += await untilNone(signal, () => forgetLog({ db }, id, ROWS))
    await markRecordsRemoved({ db }, id, now)
    removed.runs++
  }
  const unfinished = await oldestUnfinished({ db })
  const eventsBefore = unfinished && unfinished < before ? unfinished : before
  removed.events = await untilNone(signal, () => forgetEvents({ db }, eventsBefore, ROWS))
  return removed
}

/** Repeats `removeSome` until nothing is left. Returns the total number removed. */
async function untilNone(signal: AbortSignal, removeSome: () => Promise<number>): Promise<number> {
  let removed = 0
  for (;;) {
    signal.throwIfAborted()
    const some = await removeSome()
    if (some === 0) return removed
    removed += some
  }
}

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

/** Small enough that no statement keeps others waiting: bodies can be megabytes, the rest is short. */
const BODIES = 20
const ROWS = 500

const DAY_MS = 24 * 3600_000

/** How much was removed. */
export type Removed = {
  runs: number
  checkpoint_rows: number
  bodies: number
  log_lines: number
  events: number
}

export type RetentionDeps = Pick<RunDeps, "db" | "config">

/**
 * Removes what is older than RETENTION_DAYS: of runs that ended so long ago their checkpoints, log
 * and what models and the search were asked and answered, and events of record from the oldest on.
 * For ever stay runs, steps, artifacts, and of each call who was asked, its tokens, cost and times.
 * Nothing of a run that is not over goes, nor any event since the oldest such run began. Rejects
 * with the signal's reason, to be gone on with at the next time.
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

/** Removes part after part, until one had nothing left to remove; how much it was in all. */
async function untilNone(signal: AbortSignal, removeSome: () => Promise<number>): Promise<number> {
  let removed = 0
  for (;;) {
    signal.throwIfAborted()
    const some = await removeSome()
    if (some === 0) return removed
    removed += some
  }
}

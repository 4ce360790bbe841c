import { executeGraph } from "../../../engines/graph/graph"
import { LaggingSaver } from "../../../engines/graph/lagging-saver"
import { pause } from "../../../platform/async/pause"
import { isUnavailable } from "../../../platform/errors"
import { transact } from "../../../platform/events/transact"
import type { Waiting } from "../../../platform/shapes/run"
import type { StepDeps } from "../deps"
import { endOf, runRef } from "../read/ref"
import * as stepStore from "../step-store"
import * as store from "../store"
import { type ActiveRun, RunEnded, RunPaused, RunWaits } from "./active"
import { runNode } from "./node"

const UNAVAILABLE_PAUSE_MS = 500

/** Runs one run until it ends, pauses or waits. Never rejects. */
export async function execute(deps: StepDeps, run: ActiveRun): Promise<void> {
  const log = deps.log.child({ module: "runs", run_id: run.row.id })
  try {
    await goOn({ ...deps, log }, run)
  } catch (error) {
    if (error instanceof RunEnded || run.signal.aborted) {
      log.info({ event: "run.left", reason: error instanceof Error ? error.message : null })
      return
    }
    log.error({ event: "run.broken", err: error })
    await conclude(deps, run, "failed", "The run failed unexpectedly: see the log.").catch(
      (error) => log.error({ event: "run.unconcluded", err: error }),
    )
  }
}

async function goOn(deps: StepDeps, run: ActiveRun): Promise<void> {
  for (;;) {
    const saver = new LaggingSaver(deps.db)
    run.saver = saver
    try {
      await executeGraph({
        definition: run.row.definition,
        threadId: run.row.id,
        saver,
        signal: run.signal,
        runNode: async (node) => {
          const step = await runNode(deps, run, node)
          run.finished.add(node.id)
          return step.id
        },
      })
      return await complete(deps, run)
    } catch (error) {
      if (isUnavailable(error)) {
        // The steps' rows tell where to continue.
        deps.log.warn({ module: "runs", event: "run.waits", err: error })
        await pause(UNAVAILABLE_PAUSE_MS, run.signal)
      } else if (error instanceof RunWaits) return await concludeWait(deps, run, error.waiting)
      else if (!(error instanceof RunPaused)) throw error
      // Somebody resumed it before its last step had ended, so it goes on.
      else if (await concludePause(deps, run)) return
    }
  }
}

/** Ends a run: failed if a step failed, otherwise completed. */
async function complete(deps: StepDeps, run: ActiveRun): Promise<void> {
  const failed = await stepStore.findFailure(deps.db, run.row.id)
  if (failed) await conclude(deps, run, "failed", failed.error ?? "A step failed.")
  else await conclude(deps, run, "completed", null)
}

async function conclude(
  deps: StepDeps,
  run: ActiveRun,
  status: "completed" | "failed",
  error: string | null,
): Promise<void> {
  const { id } = run.row
  await transact(deps, async ({ db }, emit) => {
    if ((await store.lockRun(db, id))?.owner !== run.owner) return
    await run.saver?.flush(db)
    const ended = { owner: null, pauseRequested: false, completedAt: new Date() }
    if (!(await store.moveRun(db, id, "running", { status, error, ...ended }))) return
    endOf(run.row, error).forEach(emit)
  })
}

/** Stores the pause. Returns false if somebody has resumed the run meanwhile. */
async function concludePause(deps: StepDeps, run: ActiveRun): Promise<boolean> {
  const { id } = run.row
  return transact(deps, async ({ db }, emit) => {
    const held = await store.lockRun(db, id)
    if (held?.status !== "running" || held.owner !== run.owner) return true
    if (!held.pauseRequested) return false
    await run.saver?.flush(db)
    const paused = { status: "paused", pauseRequested: false, owner: null } as const
    await store.moveRun(db, id, "running", paused)
    const data = runRef(run.row)
    if (data) emit({ type: "workflow.paused", data })
    return true
  })
}

/** Stores that the run waits for a person or for a time. A requested pause comes first. */
async function concludeWait(deps: StepDeps, run: ActiveRun, waiting: Waiting): Promise<void> {
  const { id } = run.row
  await transact(deps, async ({ db }, emit) => {
    const held = await store.lockRun(db, id)
    if (held?.status !== "running" || held.owner !== run.owner) return
    await run.saver?.flush(db)
    const left = { owner: null, pauseRequested: false }
    if (held.pauseRequested) await store.moveRun(db, id, "running", { status: "paused", ...left })
    else {
      const wakeAt = waiting.until === undefined ? null : new Date(waiting.until)
      await store.moveRun(db, id, "running", { status: "waiting", waiting, wakeAt, ...left })
    }
    const data = runRef(run.row)
    if (!data) return
    if (held.pauseRequested) emit({ type: "workflow.paused", data })
    else emit({ type: "workflow.waiting", data: { ...data, ...waiting } })
  })
}

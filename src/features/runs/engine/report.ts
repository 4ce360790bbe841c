import type { StepDeps } from "../deps"
import { runRef } from "../read/ref"
import type { ActiveRun } from "./active"
import { refOf } from "./step-records"
import { progressKey, type Task } from "./task"

/** Tells everybody how far a step is, 0..1, and what it does. */
export function reporter(deps: StepDeps, run: ActiveRun, task: Task) {
  return (progress: number, message: string) => {
    run.progress.set(progressKey(task), { progress, message })
    const whole = runRef(run.row)
    if (whole) {
      const data = { ...whole, progress: progressOf(run) }
      deps.events.publish({ type: "workflow.progress", data })
    }
    deps.events.publish({
      type: "agent.progress",
      data: { ...refOf(run, task), progress, message },
    })
  }
}

/** How far the whole run is, 0..1, by the steps that have ended and those that run. */
function progressOf({ row, finished, progress }: ActiveRun): number {
  const { nodes } = row.definition
  const running = nodes.reduce((sum, { id }) => sum + (progress.get(id)?.progress ?? 0), 0)
  return (finished.size + running) / nodes.length
}

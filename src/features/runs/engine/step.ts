import { type StepRow, WHOLE_MAP } from "../../../platform/db/schema/runs"
import { AppError } from "../../../platform/errors"
import { transact } from "../../../platform/events/transact"
import { currentSettings } from "../../settings/service"
import { unreserved } from "../../usage/budget-service"
import { recordCall } from "../../usage/record-call"
import { forgetBodies } from "../../usage/service"
import { insertArtifact } from "../artifact-store"
import { compareOutput } from "../control/replay-output"
import type { StepDeps } from "../deps"
import { logStep } from "../log-store"
import { isFinished } from "../read/present"
import * as stepStore from "../step-store"
import * as store from "../store"
import { type ActiveRun, RunEnded, RunPaused } from "./active"
import { doAgentWork } from "./agent-work"
import { fail, skip } from "./endings"
import { hold, requireHeld } from "./hold"
import type { NodeStep, StepPlan } from "./plan"
import { isAnnounced, lineOf, progressKey, refOf } from "./report"
import type { StepResult } from "./result"
import { failureOf, isLimited, isRetried, park, prepareRetry } from "./retries"

/**
 * Runs a step and returns its row: begin, work, finish. A finished row is returned as it is, so no
 * step runs twice; an unfinished one continues with the attempt it was in. A failure is data in the
 * row, and the steps after a failed one are skipped. Throws only if the run ends from outside, or
 * RunWaits if it can't continue now.
 */
export async function runStep(
  deps: StepDeps,
  run: ActiveRun,
  plan: StepPlan,
  seen?: stepStore.Seen,
): Promise<StepRow> {
  const { step, failure } = seen ?? (await stepStore.look(deps.db, plan.key))
  if (step && isFinished(step.status)) return step
  refuseWhileDraining(run)
  if (failure) return skip(deps, run, plan, step, "another step failed")
  if (step) await requireHeld(deps.db, run)
  const begun = step ?? (await begin(deps, run, plan))

  // AbortSignal.timeout would keep all its listeners until the time is over.
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(tooLate(plan)), plan.timeout_s * 1000)
  try {
    return await attempt(deps, run, plan, begun, AbortSignal.any([run.signal, late.signal]))
  } finally {
    clearTimeout(timer)
    run.progress.delete(progressKey(plan))
    run.writing.delete(progressKey(plan))
  }
}

/**
 * Stores that a step begins, together with LangGraph's checkpoint of the steps before it. Throws
 * RunPaused instead if somebody asked for a pause.
 */
export function begin(
  deps: StepDeps,
  run: ActiveRun,
  planned: NodeStep,
  input: unknown = null,
): Promise<StepRow> {
  const { key, node } = planned
  return transact(deps, async ({ db }, emit) => {
    const [{ pauseRequested }, step, , unflush] = await Promise.all([
      hold(db, run),
      stepStore.insertStep(db, { ...key, status: "running", input, startedAt: new Date() }),
      logStep(db, run.row, node, "INFO", [lineOf(planned, "started")]),
      run.saver?.flush(db),
    ])
    if (pauseRequested) {
      unflush?.()
      throw new RunPaused("A pause was requested.")
    }
    if (isAnnounced(run, planned)) {
      emit({ type: "agent.started", data: { ...refOf(run, planned), attempt: 1 } })
    }
    return step
  })
}

/** Works until the step is done, has failed for good, or `signal` aborts. */
async function attempt(
  deps: StepDeps,
  run: ActiveRun,
  plan: StepPlan,
  begun: StepRow,
  signal: AbortSignal,
): Promise<StepRow> {
  let step = begun
  let failure: unknown
  for (;;) {
    try {
      if (failure !== undefined) step = await prepareRetry(deps, run, plan, step, failure, signal)
      const result = await doAgentWork(deps, run, plan, step, signal)
      await compareOutput(deps, run, step, result.output)
      return await finish(deps, run, plan, step, result)
    } catch (error) {
      failure = await failureOf(deps, run, plan, error, signal)
      if (isLimited(failure)) {
        step = await park(deps, run, plan, step, failure)
        failure = undefined
      } else if (!isRetried(plan, step, failure)) return fail(deps, run, plan, step, failure)
    }
  }
}

/**
 * Stores what a step made and that it is done, with the last answer of its model. That a step was
 * finished also proves that the run makes progress, so it no longer counts as taken over.
 */
export function finish(
  deps: StepDeps,
  run: ActiveRun,
  planned: NodeStep,
  step: StepRow,
  { made, answer, ...result }: StepResult,
): Promise<StepRow> {
  const { key, node } = planned
  const isItem = node.type === "map" && key.mapIndex !== WHOLE_MAP
  const { call, reserved } = answer ?? { reserved: unreserved }
  return reserved.settle(() =>
    transact(deps, async (deps, emit) => {
      const { db } = deps
      const completedAt = new Date()
      const duration_seconds = (completedAt.getTime() - (step.startedAt?.getTime() ?? 0)) / 1000
      const done = { ...result, status: "completed", progress: 1, completedAt } as const
      const artifact = made && { runId: key.runId, node: key.node, ...made }
      // The run's lock comes first, as it does for those who cancel a run and its steps.
      const [, finished, { recordBodies }] = await Promise.all([
        hold(db, run),
        stepStore.updateStep(db, step, done),
        currentSettings(deps),
        logStep(db, run.row, node, "INFO", [
          lineOf(planned, `completed after ${duration_seconds} s`),
        ]),
        artifact && insertArtifact(db, { ...artifact, mapIndex: isItem ? key.mapIndex : null }),
        call && recordCall(deps, call, emit),
        run.row.takeOvers > 0 && store.updateRun(db, key.runId, { takeOvers: 0 }),
      ])
      if (!recordBodies) await forgetBodies(deps, key)
      if (isAnnounced(run, planned)) {
        emit({ type: "agent.completed", data: { ...refOf(run, planned), duration_seconds } })
      }
      return finished
    }),
  )
}

export function refuseWhileDraining(run: ActiveRun): void {
  if (run.draining())
    throw new RunEnded("The server is stopping. The run continues on its next start.")
}

function tooLate({ key, node, timeout_s: timeout }: StepPlan): AppError {
  const sentence = `${node.name} took longer than ${timeout} seconds.`
  return new AppError("AgentTimeoutError", sentence, {
    run_id: key.runId,
    node: key.node,
    timeout,
  })
}

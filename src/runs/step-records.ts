import type { Unrecorded } from "../calls/recorder"
import { forgetBodies } from "../calls/service"
import type { RunDeps } from "../deps"
import { AppError, type ErrorName } from "../errors"
import { transact } from "../events/transact"
import { currentSettings } from "../settings/service"
import { together } from "../together"
import type { WorkflowNode } from "../workflows/node"
import { type ActiveRun, RunPaused } from "./active"
import { insertArtifact } from "./artifact-store"
import { hold } from "./hold"
import { logStep } from "./log-store"
import { agentRef } from "./ref"
import * as stepStore from "./step-store"
import * as store from "./store"
import { type StepRow, WHOLE_MAP } from "./table"
import type { Made } from "./task"

/** Where in its run a step is. */
export type Spot = { node: WorkflowNode; iteration: number; mapIndex: number }

/** What a step gives when it is done. */
export type StepResult = {
  /** What dependants get under the node's id, and clients as its output. */
  output: unknown
  input: unknown
  model?: string
  made?: Made
  /** What a model answered last, to be recorded with it. */
  answer?: Unrecorded | undefined
}

/** The place of a step as its row has it. */
export function placeOf(run: ActiveRun, { node, iteration, mapIndex }: Spot): stepStore.Place {
  return { runId: run.row.id, node: node.id, iteration, mapIndex }
}

/**
 * Begins a step, with what LangGraph noted of those before it. Throws RunPaused in its place if the
 * run is to pause.
 */
export async function begin(
  deps: RunDeps,
  run: ActiveRun,
  spot: Spot,
  input?: unknown,
): Promise<StepRow> {
  let noted = () => {}
  const step = await transact(deps, async ({ db }, emit) => {
    const begun = { status: "running", startedAt: new Date(), input } as const
    // Sent without waiting for each other: most of a step's own time is ways to the database.
    const [{ pauseRequested }, step, flushed] = await together([
      hold(db, run),
      stepStore.insertStep(db, { ...placeOf(run, spot), ...begun }),
      run.checkpoints?.flush(db),
      logStep(db, run.row, spot.node, "INFO", [said(spot, "started")]),
    ])
    if (pauseRequested) throw new RunPaused("A pause was asked for.")
    if (flushed) noted = flushed
    if (isTold(run, spot))
      emit({ type: "agent.started", data: { ...refOf(run, spot), attempt: 1 } })
    return required(step)
  })
  noted()
  return step
}

export function beginAgain(
  deps: RunDeps,
  run: ActiveRun,
  spot: Spot,
  step: StepRow,
  why: string,
): Promise<StepRow> {
  const attempt = step.attempt + 1
  const line = `tries again (attempt ${attempt}), since: ${why}`
  return transact(deps, async ({ db }, emit) => {
    await hold(db, run)
    await logStep(db, run.row, spot.node, "WARNING", [said(spot, line)])
    if (isTold(run, spot)) emit({ type: "agent.started", data: { ...refOf(run, spot), attempt } })
    return required(await stepStore.updateStep(db, step.id, { attempt }))
  })
}

/** Leaves a step until a provider's limit is over: what it asks then is the next attempt's. */
export function park(deps: RunDeps, run: ActiveRun, spot: Spot, step: StepRow, why: string) {
  return transact(deps, async ({ db }) => {
    await hold(db, run)
    await logStep(db, run.row, spot.node, "WARNING", [said(spot, `waits: ${why}`)])
    const next = { attempt: step.attempt + 1, parked: step.parked + 1 }
    return required(await stepStore.updateStep(db, step.id, next))
  })
}

/** Result, artifact, events and the sign of progress for take-overs: all in one commit. */
export function finish(
  deps: RunDeps,
  run: ActiveRun,
  spot: Spot,
  step: StepRow,
  { made, answer, ...result }: StepResult,
): Promise<StepRow> {
  const completedAt = new Date()
  const commit = () =>
    transact(deps, async ({ db, config }, emit) => {
      const duration_seconds = (completedAt.getTime() - (step.startedAt?.getTime() ?? 0)) / 1000
      const line = said(spot, `completed after ${duration_seconds} s`)
      const data = { ...refOf(run, spot), duration_seconds }
      const change = { status: "completed", progress: 1, completedAt, ...result } as const
      const [, row] = await together([
        hold(db, run),
        stepStore.updateStep(db, step.id, change),
        answer?.record({ db, config }, emit),
        made && insertArtifact(db, { ...artifactPlace(run, spot), ...made }),
        logStep(db, run.row, spot.node, "INFO", [line]),
        forgetBodies({ db, config }, step),
        store.clearTakeOvers(db, run.row.id),
      ])
      if (isTold(run, spot)) emit({ type: "agent.completed", data })
      return required(row)
    })
  return answer ? answer.settle(commit) : commit()
}

export function fail(
  deps: RunDeps,
  run: ActiveRun,
  spot: Spot,
  step: StepRow,
  error: unknown,
): Promise<StepRow> {
  const { name, message } = explain(deps, run, spot.node, error)
  const tolerated = spot.node.type !== "gate" && spot.node.on_error === "continue"
  return transact(deps, async ({ db, config }, emit) => {
    await hold(db, run)
    await forgetBodies({ db, config }, step)
    await logStep(db, run.row, spot.node, "ERROR", [said(spot, `failed: ${message}`)])
    const data = { ...refOf(run, spot), error: message }
    if (isTold(run, spot)) emit({ type: "agent.failed", data })
    const ended = { status: "failed", completedAt: new Date(), tolerated } as const
    const { recordBodies } = await currentSettings({ db, config })
    const rawOutput = recordBodies ? rawOutputOf(error) : null
    const why = { error: message, errorName: name, rawOutput }
    return required(await stepStore.updateStep(db, step.id, { ...ended, ...why }))
  })
}

/** Ends a step that there is no need for, whether or not it has begun. */
export function skip(
  deps: RunDeps,
  run: ActiveRun,
  spot: Spot,
  step: StepRow | undefined,
  why: string,
): Promise<StepRow> {
  const skipped = { status: "skipped" } as const
  return transact(deps, async ({ db }) => {
    await hold(db, run)
    await logStep(db, run.row, spot.node, "INFO", [said(spot, `skipped, since ${why}`)])
    if (step) return required(await stepStore.updateStep(db, step.id, skipped))
    return required(await stepStore.insertStep(db, { ...placeOf(run, spot), ...skipped }))
  })
}

/** Of what a step makes: an item of a map has an artifact of its own. */
function artifactPlace({ row }: ActiveRun, { node, mapIndex }: Spot) {
  const isItem = node.type === "map" && mapIndex !== WHOLE_MAP
  return { runId: row.id, node: node.id, mapIndex: isItem ? mapIndex : null }
}

/**
 * Whether events tell of a step. An agent that runs by itself is told of since its run was stored,
 * and until that is final; of a map, its items are.
 */
function isTold({ row }: ActiveRun, { node, mapIndex }: Spot): boolean {
  return row.workflowId !== null && node.type !== "gate" && mapIndex !== WHOLE_MAP
}

/** How events name a step. */
export function refOf(run: ActiveRun, { node, mapIndex }: Spot) {
  return { ...agentRef(run.row, node), ...(node.type === "map" ? { map_index: mapIndex } : {}) }
}

/** A line of the log, with the number of the item that it is about. */
function said({ node, mapIndex }: Spot, what: string): string {
  return node.type === "map" && mapIndex !== WHOLE_MAP ? `item ${mapIndex + 1} ${what}` : what
}

/** What a client is told; a cause that we did not foresee stays in the log. */
function explain(deps: RunDeps, run: ActiveRun, node: WorkflowNode, error: unknown) {
  if (error instanceof AppError) return error
  const where = { run_id: run.row.id, node: node.id }
  deps.log.error({ module: "runs", event: "step.failed", ...where, err: error })
  const name: ErrorName = "AgentExecutionError"
  return { name, message: `${node.name} failed for a reason that the log has.` }
}

/** What the model answered last, if that could not be used. */
function rawOutputOf(error: unknown): string | null {
  const raw = error instanceof AppError ? error.details.raw_output : null
  return typeof raw === "string" ? raw : null
}

function required(step: StepRow | undefined): StepRow {
  if (!step) throw new Error("A step's row is gone.")
  return step
}

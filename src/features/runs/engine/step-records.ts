import { type SQL, sql } from "drizzle-orm"
import type { Config } from "../../../platform/config/config"
import { type StepRow, WHOLE_MAP } from "../../../platform/db/schema/runs"
import type { Writes } from "../../../platform/db/writes"
import { AppError, type ErrorName } from "../../../platform/errors"
import type { RecordedEvent } from "../../../platform/events/event"
import { transact } from "../../../platform/events/transact"
import type { WorkflowNode } from "../../../platform/shapes/workflow-node"
import { currentSettings, withChanges } from "../../settings/service"
import type { Unrecorded } from "../../usage/call-buffer"
import { forgetBodies, forgettingBodies } from "../../usage/service"
import { artifactInsertion } from "../artifact-store"
import type { StepDeps } from "../deps"
import { logging, logStep } from "../log-store"
import { agentRef } from "../read/ref"
import * as stepStore from "../step-store"
import * as store from "../store"
import { type ActiveRun, RunPaused } from "./active"
import { hold, writeHeld } from "./hold"
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
  /** Whether what models were asked and answered is kept, by the settings at its begin. */
  recordBodies?: boolean
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
  deps: StepDeps,
  run: ActiveRun,
  spot: Spot,
  input?: unknown,
): Promise<StepRow> {
  return required((await beginIf(deps, run, spot, sql`true`, input))?.step)
}

/** A step that has begun, and the settings as they were then. */
export type Begun = { step: StepRow; settings: Config }

/** As `begin`, if its row and those of the steps before it say that it is to be done; else undefined. */
export function beginFirst(deps: StepDeps, run: ActiveRun, spot: Spot): Promise<Begun | undefined> {
  const isFirst = stepStore.isFirst(placeOf(run, spot), spot.node.dependencies)
  return beginIf(deps, run, spot, isFirst)
}

async function beginIf(
  deps: StepDeps,
  run: ActiveRun,
  spot: Spot,
  only: SQL,
  input?: unknown,
): Promise<Begun | undefined> {
  const step = newStep(run, spot, input)
  let stored = () => {}
  const writes: Writes = (when) => {
    const waiting = run.checkpoints?.waiting(when)
    if (waiting) ({ stored } = waiting)
    const line = logging(run.row, spot.node, "INFO", [said(spot, "started")], when)
    return [stepStore.stepInsertion(step, when), line, ...(waiting?.statements ?? [])]
  }
  const data = { ...refOf(run, spot), attempt: 1 }
  const told = isTold(run, spot) ? [{ type: "agent.started" as const, data }] : []
  const { pauseRequested, isDone, changed } = await writeHeld(deps, run, writes, {
    told,
    only: sql`not pause_requested and ${only}`,
  })
  if (pauseRequested) throw new RunPaused("A pause was asked for.")
  if (!isDone) return undefined
  stored()
  return { step, settings: withChanges(deps.config, changed) }
}

/** The row of a step that begins now. */
function newStep(run: ActiveRun, spot: Spot, input: unknown): StepRow {
  const now = new Date()
  const nothingYet = { model: null, output: null, error: null, errorName: null, rawOutput: null }
  return {
    ...{ id: Bun.randomUUIDv7(), ...placeOf(run, spot), attempt: 1, parked: 0, tolerated: false },
    ...{ status: "running", progress: 0, input: input ?? null, ...nothingYet, copied: false },
    ...{ startedAt: now, completedAt: null, createdAt: now, updatedAt: now },
  }
}

export function beginAgain(
  deps: StepDeps,
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
export function park(deps: StepDeps, run: ActiveRun, spot: Spot, step: StepRow, why: string) {
  return transact(deps, async ({ db }) => {
    await hold(db, run)
    await logStep(db, run.row, spot.node, "WARNING", [said(spot, `waits: ${why}`)])
    const next = { attempt: step.attempt + 1, parked: step.parked + 1 }
    return required(await stepStore.updateStep(db, step.id, next))
  })
}

/** Result, artifact, events and the sign of progress for take-overs: all in one commit. */
export async function finish(
  deps: StepDeps,
  run: ActiveRun,
  spot: Spot,
  step: StepRow,
  { made, answer, recordBodies = true, ...result }: StepResult,
): Promise<StepRow> {
  const completedAt = new Date()
  const duration_seconds = (completedAt.getTime() - (step.startedAt?.getTime() ?? 0)) / 1000
  const change = { status: "completed", progress: 1, completedAt, ...result } as const
  const line = said(spot, `completed after ${duration_seconds} s`)
  const bodies = recordBodies ? undefined : { request: null, response: null }
  const writes: Writes = (when) => [
    ...(answer?.statements(when, bodies) ?? []),
    stepStore.stepUpdate(step.id, change, when),
    logging(run.row, spot.node, "INFO", [line], when),
    ...(made ? [artifactInsertion({ ...artifactPlace(run, spot), ...made }, when)] : []),
    ...(bodies ? [forgettingBodies(step, when)] : []),
    ...(run.row.takeOvers > 0 ? [store.clearingTakeOvers(run.row.id, when)] : []),
  ]
  const data = { ...refOf(run, spot), duration_seconds }
  const completed = isTold(run, spot) ? [{ type: "agent.completed" as const, data }] : []
  const write = (deps: Pick<StepDeps, "db" | "events">, warnings: RecordedEvent[]) =>
    writeHeld(deps, run, writes, { told: [...warnings, ...completed] })
  const { changed } = await (answer ? answer.settle(write) : write(deps, []))
  if (recordBodies && !withChanges(deps.config, changed).recordBodies)
    await forgetBodies(deps, step)
  return { ...step, ...change }
}

export function fail(
  deps: StepDeps,
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
  deps: StepDeps,
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
function explain(deps: StepDeps, run: ActiveRun, node: WorkflowNode, error: unknown) {
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

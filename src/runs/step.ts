import { forgetBodies } from "../calls/service"
import type { RunDeps } from "../deps"
import { AppError, type ErrorName, isUnavailable, messageOf } from "../errors"
import { transact } from "../events/transact"
import type { WorkflowNode } from "../workflows/schema"
import { type ActiveRun, RunEnded, RunPaused } from "./active"
import { doAgentWork, type WorkResult } from "./agent-work"
import { hold, requireHeld } from "./hold"
import { logStep } from "./log-store"
import { pause } from "./pause"
import { isFinished } from "./present"
import { agentRef } from "./ref"
import { setupOf } from "./setup"
import * as store from "./store"
import type { StepRow } from "./table"

/**
 * Does the step of a node and returns its row. The row is the truth: a finished one is returned as
 * it is, an unfinished one goes on in the attempt it was in. A failure is data in the row, and the
 * steps that come after a failed one are skipped. Throws only when the run is ended from outside.
 */
export async function runStep(deps: RunDeps, run: ActiveRun, node: WorkflowNode): Promise<StepRow> {
  const place = { runId: run.row.id, node: node.id, iteration: 0, mapIndex: 0 }
  let step = await store.findStep(deps.db, place)
  if (step && isFinished(step.status)) return step
  if (run.draining()) throw new RunEnded("The server is ending; the run goes on at its next start.")
  if (await store.findFailure(deps.db, run.row.id)) return skip(deps, run, node, step)

  if (step) await requireHeld(deps.db, run)
  else step = await begin(deps, run, node)
  const { timeout } = setupOf(run.row, node, deps.config)
  // AbortSignal.timeout would keep all that listens to it until the time is over.
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(tooLong(run, node, timeout)), timeout * 1000)
  try {
    return await attempts(deps, run, node, step, AbortSignal.any([run.signal, late.signal]))
  } finally {
    clearTimeout(timer)
    run.progress.delete(node.id)
  }
}

/** Tries until it is done, can't be tried again, or `signal` says that the time is over. */
async function attempts(
  deps: RunDeps,
  run: ActiveRun,
  node: WorkflowNode,
  step: StepRow,
  signal: AbortSignal,
): Promise<StepRow> {
  const { retries } = setupOf(run.row, node, deps.config)
  let present = step
  let failure: unknown
  for (;;) {
    try {
      if (isLeftAlone(failure)) await waitForProvider(deps, run, node, failure, signal)
      else if (failure !== undefined) {
        await pause(retryDelayMs(present.attempt, failure), signal)
        present = await beginAgain(deps, run, node, present, messageOf(failure))
      }
      const result = await doAgentWork(deps, run, node, present, signal)
      return await finish(deps, run, node, present, result)
    } catch (error) {
      if (run.signal.aborted) throw run.signal.reason
      // Whether a commit was done is unknown without a database: the row says so when it is back.
      if (error instanceof RunEnded || (isUnavailable(error) && !isLeftAlone(error))) throw error
      failure = signal.aborted ? signal.reason : error
      if (isLeftAlone(failure) || (isRetryable(failure) && present.attempt <= retries)) continue
      return fail(deps, run, node, present, failure)
    }
  }
}

function tooLong({ row }: ActiveRun, node: WorkflowNode, timeout: number): AppError {
  const sentence = `${node.name} took longer than ${timeout} seconds.`
  return new AppError("AgentTimeoutError", sentence, { run_id: row.id, node: node.id, timeout })
}

function begin(deps: RunDeps, run: ActiveRun, node: WorkflowNode): Promise<StepRow> {
  return transact(deps, async ({ db }, emit) => {
    const { pauseRequested } = await hold(db, run)
    if (pauseRequested) throw new RunPaused("A pause was asked for.")
    const step = await store.insertStep(db, {
      runId: run.row.id,
      node: node.id,
      status: "running",
      startedAt: new Date(),
    })
    await logStep(db, run.row, node, "INFO", ["started"])
    const data = { ...agentRef(run.row, node), attempt: 1 }
    // An agent that runs by itself is told of since its run was stored, and until that is final.
    if (run.row.workflowId) emit({ type: "agent.started", data })
    return required(step)
  })
}

function beginAgain(
  deps: RunDeps,
  run: ActiveRun,
  node: WorkflowNode,
  step: StepRow,
  why: string,
): Promise<StepRow> {
  const attempt = step.attempt + 1
  return transact(deps, async ({ db }, emit) => {
    await hold(db, run)
    await logStep(db, run.row, node, "WARNING", [`tries again (attempt ${attempt}), since: ${why}`])
    emit({ type: "agent.started", data: { ...agentRef(run.row, node), attempt } })
    return required(await store.updateStep(db, step.id, { attempt }))
  })
}

/** Result, artifact, events and the sign of progress for take-overs: all in one commit. */
function finish(
  deps: RunDeps,
  run: ActiveRun,
  node: WorkflowNode,
  step: StepRow,
  { output, model, input, artifact }: WorkResult,
): Promise<StepRow> {
  const completedAt = new Date()
  return transact(deps, async ({ db, config }, emit) => {
    await hold(db, run)
    await forgetBodies({ db, config }, step)
    await store.insertArtifact(db, { runId: run.row.id, node: node.id, ...artifact })
    await store.updateRun(db, run.row.id, { takeOvers: 0 })
    const duration_seconds = (completedAt.getTime() - (step.startedAt?.getTime() ?? 0)) / 1000
    await logStep(db, run.row, node, "INFO", [`completed after ${duration_seconds} s`])
    const data = { ...agentRef(run.row, node), duration_seconds }
    if (run.row.workflowId) emit({ type: "agent.completed", data })
    const change = { status: "completed", progress: 1, output, model, input, completedAt } as const
    return required(await store.updateStep(db, step.id, change))
  })
}

function fail(
  deps: RunDeps,
  run: ActiveRun,
  node: WorkflowNode,
  step: StepRow,
  error: unknown,
): Promise<StepRow> {
  const { name, message } = explain(deps, run, node, error)
  return transact(deps, async ({ db, config }, emit) => {
    await hold(db, run)
    await forgetBodies({ db, config }, step)
    await logStep(db, run.row, node, "ERROR", [`failed: ${message}`])
    const data = { ...agentRef(run.row, node), error: message }
    if (run.row.workflowId) emit({ type: "agent.failed", data })
    const ended = { status: "failed", completedAt: new Date() } as const
    const rawOutput = config.recordBodies ? rawOutputOf(error) : null
    const why = { error: message, errorName: name, rawOutput }
    return required(await store.updateStep(db, step.id, { ...ended, ...why }))
  })
}

function skip(
  deps: RunDeps,
  run: ActiveRun,
  node: WorkflowNode,
  step: StepRow | undefined,
): Promise<StepRow> {
  const skipped = { status: "skipped" } as const
  return transact(deps, async ({ db }) => {
    await hold(db, run)
    if (step) return required(await store.updateStep(db, step.id, skipped))
    return required(await store.insertStep(db, { runId: run.row.id, node: node.id, ...skipped }))
  })
}

/** What a client is told; a cause that we did not foresee stays in the log. */
function explain(deps: RunDeps, run: ActiveRun, node: WorkflowNode, error: unknown) {
  if (error instanceof AppError) return error
  deps.log.error({
    module: "runs",
    event: "step.failed",
    run_id: run.row.id,
    node: node.id,
    err: error,
  })
  const name: ErrorName = "AgentExecutionError"
  return { name, message: `${node.name} failed for a reason that the log has.` }
}

/** What the model answered last, if that could not be used. */
function rawOutputOf(error: unknown): string | null {
  const raw = error instanceof AppError ? error.details.raw_output : null
  return typeof raw === "string" ? raw : null
}

/** Whether a model's provider is not asked for a while, since it failed too often. */
function isLeftAlone(error: unknown): error is AppError {
  if (!(error instanceof AppError) || error.details.provider === undefined) return false
  return error.name === "ServiceUnavailableError"
}

/** Waits until the provider may be asked again; that costs no attempt. */
async function waitForProvider(
  { db }: RunDeps,
  run: ActiveRun,
  node: WorkflowNode,
  { message, details }: AppError,
  signal: AbortSignal,
): Promise<void> {
  await logStep(db, run.row, node, "WARNING", [`waits: ${message}`])
  const until = performance.now() + Number(details.retry_after) * 1000
  while (performance.now() < until && !run.draining()) await pause(500, signal)
  if (run.draining()) throw new RunEnded("The server is ending; the run goes on at its next start.")
}

function isRetryable(error: unknown): boolean {
  if (!(error instanceof AppError)) return false
  return error.name === "LLMAPIError" && error.details.retryable === true
}

/** 1 s, 2 s, 4 s, … or what the provider asks for, 30 s at most. */
function retryDelayMs(attempt: number, error: unknown): number {
  const asked = error instanceof AppError ? Number(error.details.retry_after_s ?? 0) : 0
  return Math.min(30, Math.max(asked, 2 ** (attempt - 1))) * 1000
}

function required(step: StepRow | undefined): StepRow {
  if (!step) throw new Error("A step's row is gone.")
  return step
}

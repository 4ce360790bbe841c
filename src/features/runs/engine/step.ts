import { pause } from "../../../platform/async/pause"
import type { StepRow } from "../../../platform/db/schema/runs"
import { AppError, isUnavailable, messageOf } from "../../../platform/errors"
import { startOfDay } from "../../usage/budget"
import { compareOutput } from "../control/replay-output"
import type { StepDeps } from "../deps"
import { logStep } from "../log-store"
import { isFinished } from "../read/present"
import * as stepStore from "../step-store"
import { type ActiveRun, RunEnded, RunWaits } from "./active"
import { doAgentWork, type Prepared, prepare } from "./agent-work"
import { requireHeld } from "./hold"
import { setupOf } from "./setup"
import { begin, beginAgain, fail, finish, park, placeOf, skip } from "./step-records"
import { progressKey, type Task } from "./task"

/** With a longer pause the run gives its place to others. */
const PAUSE_MAX_S = 60

/**
 * Does a task and returns its step's row. The row is the truth: a finished one is returned as it
 * is, an unfinished one goes on in the attempt it was in. A failure is data in the row, and the
 * steps that come after a failed one are skipped. Throws only when the run is ended from outside,
 * or RunWaits when it can't go on now.
 */
export async function runStep(
  deps: StepDeps,
  run: ActiveRun,
  task: Task,
  seen?: stepStore.Seen,
): Promise<StepRow> {
  let { step, failure } = seen ?? (await stepStore.look(deps.db, placeOf(run, task)))
  if (step && isFinished(step.status)) return step
  refuseWhileDraining(run)
  if (failure) return skip(deps, run, task, step, "another step failed")

  if (step) await requireHeld(deps.db, run)
  else step = await begin(deps, run, task)
  return doStep(deps, run, task, step)
}

/** Does a task whose step has begun. */
export async function doStep(
  deps: StepDeps,
  run: ActiveRun,
  task: Task,
  step: StepRow,
  { prepared, leave }: First = {},
): Promise<StepRow> {
  const { timeout, retries } = setupOf(run.row, task, deps.config)
  // AbortSignal.timeout would keep all that listens to it until the time is over.
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(tooLong(run, task, timeout)), timeout * 1000)
  const signal = AbortSignal.any([run.signal, late.signal])
  try {
    return await attempts(deps, run, task, { step, prepared, leave, retries, signal })
  } finally {
    clearTimeout(timer)
    run.progress.delete(progressKey(task))
  }
}

export function refuseWhileDraining(run: ActiveRun): void {
  if (run.draining()) throw new RunEnded("The server is ending; the run goes on at its next start.")
}

/** Of a step that has just begun. */
type First = {
  /** What its first attempt works from. */
  prepared?: Promise<Prepared>
  /** Is told its id when it is done and only to be stored. */
  leave?: ((id: string) => void) | undefined
}

type Trial = First & {
  step: StepRow
  /** Attempts after the first. */
  retries: number
  signal: AbortSignal
}

/** Tries until it is done, can't be tried again, or `signal` says that the time is over. */
async function attempts(
  deps: StepDeps,
  run: ActiveRun,
  task: Task,
  { step, prepared, leave, retries, signal }: Trial,
): Promise<StepRow> {
  let present = step
  let ready = prepared
  let failure: unknown
  for (;;) {
    try {
      if (isLeftAlone(failure)) await waitForProvider(deps, run, task, failure, signal)
      else if (failure !== undefined) {
        const delay_ms = run.row.recording ? 0 : retryDelayMs(present.attempt, failure)
        await pause(delay_ms, signal)
        present = await beginAgain(deps, run, task, present, messageOf(failure))
      }
      const known = await (ready ?? prepare(deps, run, task, present))
      ready = undefined
      const result = await doAgentWork(deps, run, task, present, known, signal)
      await compareOutput(deps, run, present, result.output)
      const stored = finish(deps, run, task, present, result)
      leave?.(present.id)
      return await stored
    } catch (error) {
      if (run.signal.aborted) throw run.signal.reason
      // Whether a commit was done is unknown without a database: the row says so when it is back.
      if (error instanceof RunEnded || (isUnavailable(error) && !isLeftAlone(error))) throw error
      failure = signal.aborted ? signal.reason : error
      if (isTooDear(failure) && run.row.workflowId)
        throw await waitForMoney(deps, run, task, failure)
      const until = limitedUntil(failure)
      if (until) {
        present = await park(deps, run, task, present, messageOf(failure))
        if (run.row.recording) {
          failure = undefined
          continue
        }
        throw new RunWaits({ reason: "limit", node: task.node.id, until })
      }
      const isTriedAgain = isRetryable(failure) && present.attempt - present.parked <= retries
      if (isLeftAlone(failure) || isTriedAgain) continue
      return fail(deps, run, task, present, failure)
    }
  }
}

function tooLong({ row }: ActiveRun, { node }: Task, timeout: number): AppError {
  const sentence = `${node.name} took longer than ${timeout} seconds.`
  return new AppError("AgentTimeoutError", sentence, { run_id: row.id, node: node.id, timeout })
}

/** Whether a model's provider is not asked for a while, since it failed too often. */
function isLeftAlone(error: unknown): error is AppError {
  if (!(error instanceof AppError) || error.details.provider === undefined) return false
  return error.name === "ServiceUnavailableError"
}

/** Waits until the provider may be asked again; that costs no attempt. */
async function waitForProvider(
  { db }: StepDeps,
  run: ActiveRun,
  { node }: Task,
  { message, details }: AppError,
  signal: AbortSignal,
): Promise<void> {
  await logStep(db, run.row, node, "WARNING", [`waits: ${message}`])
  const until = performance.now() + Number(details.retry_after) * 1000
  while (performance.now() < until && !run.draining()) await pause(500, signal)
  refuseWhileDraining(run)
}

/** What a call would cost more than. An agent that runs by itself fails, and says so to its caller. */
function isTooDear(error: unknown): error is AppError {
  return error instanceof AppError && error.name === "BudgetExceededError"
}

/** Until somebody allows more; a day's budget begins anew at midnight in UTC. */
async function waitForMoney(
  { db }: StepDeps,
  run: ActiveRun,
  { node }: Task,
  { message, details }: AppError,
): Promise<RunWaits> {
  await logStep(db, run.row, node, "WARNING", [`waits: ${message}`])
  const midnight = new Date(startOfDay(new Date()).getTime() + 24 * 3600 * 1000).toISOString()
  const waiting = { reason: "budget", node: node.id } as const
  return new RunWaits(details.budget === "day" ? { ...waiting, until: midnight } : waiting)
}

function isRetryable(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false
  return error.name === "LLMAPIError" && error.details.retryable === true
}

/** When a provider that asks for a long pause may be asked again. */
function limitedUntil(error: unknown): string | undefined {
  if (!isRetryable(error)) return undefined
  const asked_s = Number(error.details.retry_after_s ?? 0)
  return asked_s > PAUSE_MAX_S ? new Date(Date.now() + asked_s * 1000).toISOString() : undefined
}

/** 1 s, 2 s, 4 s, … or what the provider asks for. */
function retryDelayMs(attempt: number, error: unknown): number {
  const asked_s = isRetryable(error) ? Number(error.details.retry_after_s ?? 0) : 0
  return Math.max(asked_s, Math.min(30, 2 ** (attempt - 1))) * 1000
}

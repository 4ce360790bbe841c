import { pause } from "../../../platform/async/pause"
import type { StepRow } from "../../../platform/db/schema/runs"
import { AppError, isUnavailable, messageOf } from "../../../platform/errors"
import { transact } from "../../../platform/events/transact"
import { startOfDay } from "../../usage/budget"
import type { StepDeps } from "../deps"
import { logStep } from "../log-store"
import * as stepStore from "../step-store"
import { type ActiveRun, RunEnded, RunWaits } from "./active"
import { hold } from "./hold"
import type { StepPlan } from "./plan"
import { isAnnounced, lineOf, refOf } from "./report"

/** For a longer pause the run gives its slot to others. */
const PAUSE_MAX_S = 60
const DAY_MS = 24 * 3600 * 1000

/**
 * Returns what an attempt failed with. Throws instead if the run can't go on here: it ended, the
 * database is unavailable, or its budget is spent.
 */
export async function failureOf(
  { db }: StepDeps,
  run: ActiveRun,
  { node }: StepPlan,
  error: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  if (run.signal.aborted) throw run.signal.reason
  // Without a database nobody knows whether a commit was done; the row will tell.
  if (error instanceof RunEnded || (isUnavailable(error) && !isPaused(error))) throw error
  const failure = signal.aborted ? signal.reason : error
  // An agent that runs by itself fails, and tells its caller.
  if (!exceedsBudget(failure) || !run.row.workflowId) return failure
  await logStep(db, run.row, node, "WARNING", [`waits: ${failure.message}`])
  // Somebody may raise the budget at any time; a day's budget starts anew at midnight in UTC.
  const midnight = new Date(startOfDay(new Date()).getTime() + DAY_MS).toISOString()
  const waiting = { reason: "budget", node: node.id } as const
  throw new RunWaits(failure.details.budget === "day" ? { ...waiting, until: midnight } : waiting)
}

/** Stores that the attempt ended at the provider's limit, then throws RunWaits. A replay goes on. */
export async function park(
  deps: StepDeps,
  run: ActiveRun,
  plan: StepPlan,
  step: StepRow,
  failure: AppError,
): Promise<StepRow> {
  const { node } = plan
  const until = new Date(Date.now() + askedPause_s(failure) * 1000).toISOString()
  const next = await transact(deps, async ({ db }) => {
    await hold(db, run)
    await logStep(db, run.row, node, "WARNING", [lineOf(plan, `waits: ${failure.message}`)])
    return stepStore.updateStep(db, step, { attempt: step.attempt + 1, parked: step.parked + 1 })
  })
  if (run.row.recording) return next
  throw new RunWaits({ reason: "limit", node: node.id, until })
}

/** True if the step is tried again after this failure. */
export function isRetried({ retries }: StepPlan, step: StepRow, failure: unknown): boolean {
  return isPaused(failure) || (isRetryable(failure) && step.attempt - step.parked <= retries)
}

/** Waits as long as the failure demands, then begins the next attempt. */
export async function prepareRetry(
  deps: StepDeps,
  run: ActiveRun,
  plan: StepPlan,
  step: StepRow,
  failure: unknown,
  signal: AbortSignal,
): Promise<StepRow> {
  if (isPaused(failure)) {
    await waitForProvider(deps, run, plan, failure, signal)
    return step
  }
  await pause(run.row.recording ? 0 : retryDelayMs(step.attempt, failure), signal)
  const attempt = step.attempt + 1
  const why = `tries again (attempt ${attempt}), since: ${messageOf(failure)}`
  return transact(deps, async ({ db }, emit) => {
    await hold(db, run)
    await logStep(db, run.row, plan.node, "WARNING", [lineOf(plan, why)])
    if (isAnnounced(run, plan)) {
      emit({ type: "agent.started", data: { ...refOf(run, plan), attempt } })
    }
    return stepStore.updateStep(db, step, { attempt })
  })
}

/** Waits until the provider may be asked again, which costs no attempt. */
async function waitForProvider(
  { db }: StepDeps,
  run: ActiveRun,
  { node }: StepPlan,
  { message, details }: AppError,
  signal: AbortSignal,
): Promise<void> {
  await logStep(db, run.row, node, "WARNING", [`waits: ${message}`])
  const until = performance.now() + Number(details.retry_after) * 1000
  while (performance.now() < until && !run.draining()) await pause(500, signal)
  if (run.draining()) throw new RunEnded("The server is stopping.")
}

/** True if the provider failed too often and isn't asked for a while. */
function isPaused(error: unknown): error is AppError {
  if (!(error instanceof AppError) || error.details.provider === undefined) return false
  return error.name === "ServiceUnavailableError"
}

function exceedsBudget(error: unknown): error is AppError {
  return error instanceof AppError && error.name === "BudgetExceededError"
}

function isRetryable(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false
  return error.name === "LLMAPIError" && error.details.retryable === true
}

/** True if the provider asks for a longer pause than a run should sit through. */
export function isLimited(error: unknown): error is AppError {
  return askedPause_s(error) > PAUSE_MAX_S
}

function askedPause_s(error: unknown): number {
  return isRetryable(error) ? Number(error.details.retry_after_s ?? 0) : 0
}

/** 1 s, 2 s, 4 s, … or what the provider asks for. */
function retryDelayMs(attempt: number, error: unknown): number {
  return Math.max(askedPause_s(error), Math.min(30, 2 ** (attempt - 1))) * 1000
}

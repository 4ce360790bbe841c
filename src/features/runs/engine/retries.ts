import { pause } from "../../../platform/async/pause"
import type { StepRow } from "../../../platform/db/schema/runs"
import { AppError, isUnavailable, messageOf } from "../../../platform/errors"
import { transact } from "../../../platform/events/transact"
import type { Waiting } from "../../../platform/shapes/run"
import { exceededShape, startOfDay } from "../../usage/budget"
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
 * database is unavailable, its provider is down, or its budget is spent.
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
  if (!run.row.workflowId) return failure
  const waiting = isPaused(failure) ? forProvider(failure) : forBudget(failure)
  if (!waiting) return failure
  await logStep(db, run.row, node, "WARNING", [`waits: ${waiting.message}`])
  throw new RunWaits({ ...waiting, node: node.id })
}

/** How a run waits for a provider that failed too often. Waiting costs no attempt. */
function forProvider({ details }: AppError): Waiting {
  const message = `${details.provider} failed too often, so it is left alone. ${details.last_failure}`
  return { reason: "limit", until: inSeconds(Number(details.retry_after)), message }
}

/** Somebody may raise the budget at any time; a day's budget starts anew at midnight in UTC. */
function forBudget(failure: unknown): Waiting | undefined {
  if (!(failure instanceof AppError) || failure.name !== "BudgetExceededError") return undefined
  const exceeded = exceededShape.parse(failure.details)
  const waiting = { reason: "budget", message: failure.message, ...exceeded } as const
  if (exceeded.budget === "run") return waiting
  return { ...waiting, until: new Date(startOfDay(new Date()).getTime() + DAY_MS).toISOString() }
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
  const until = inSeconds(askedPause_s(failure))
  const next = await transact(deps, async ({ db }) => {
    await hold(db, run)
    await logStep(db, run.row, node, "WARNING", [lineOf(plan, `waits: ${failure.message}`)])
    return stepStore.updateStep(db, step, { attempt: step.attempt + 1, parked: step.parked + 1 })
  })
  if (run.row.recording) return next
  throw new RunWaits({ reason: "limit", node: node.id, until, message: failure.message })
}

/** True if the step is tried again after this failure. */
export function isRetried({ retries }: StepPlan, step: StepRow, failure: unknown): boolean {
  return isRetryable(failure) && step.attempt - step.parked <= retries
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

/** True if the provider failed too often and isn't asked for a while. */
function isPaused(error: unknown): error is AppError {
  if (!(error instanceof AppError) || error.details.provider === undefined) return false
  return error.name === "ServiceUnavailableError"
}

function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString()
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

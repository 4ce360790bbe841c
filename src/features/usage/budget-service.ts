import type { ModelRequest, ProviderName } from "../../engines/models/model"
import { worstCaseOf } from "../../engines/models/prices"
import type { Config } from "../../platform/config/config"
import type { DbDeps } from "../../platform/deps"
import { AppError } from "../../platform/errors"
import type { RecordedEvent } from "../../platform/events/event"
import { listHistory } from "../../platform/events/service"
import { transact } from "../../platform/events/transact"
import { warn } from "../../platform/events/warn"
import { currentSettings } from "../settings/service"
import {
  type Budget,
  type Exceeded,
  explain,
  helpOf,
  type Limits,
  rounded,
  startOfDay,
} from "./budget"
import type { Reserved } from "./budget-reservations"
import * as store from "./budget-store"
import type { UsageDeps } from "./deps"
import { totalsOf } from "./service"

export type BudgetDeps = Pick<
  UsageDeps,
  "db" | "config" | "events" | "log" | "priceBook" | "reservations"
>

/** A call about to be made. Without a run it counts toward the day's budget only. */
type IntendedCall = {
  runId?: string
  provider: ProviderName
  model: string
  /** Null for a session of several requests, whose cost nobody can estimate. */
  request: ModelRequest | null
  /** The current settings, if the caller has just read them. */
  settings?: Settings
}

type Settings = Pick<Config, "budgetRunUsd" | "budgetDayUsd">

/** The reservation of a call that no budget limits. */
export const unreserved: Reserved = { free() {}, settle: (record) => record() }

/** A warning is sent when this share of a budget is spent. */
const WARNING_SHARE = 0.8

/** Returns the limits in USD. Nothing else reads these two settings. */
export async function limitsOf(
  deps: Pick<UsageDeps, "config" | "db">,
  settings?: Settings,
): Promise<Limits> {
  const { budgetRunUsd, budgetDayUsd } = settings ?? (await currentSettings(deps))
  return { run: budgetRunUsd, day: budgetDayUsd }
}

/**
 * Reserves the most that a call may cost until its cost is recorded. Throws BudgetExceededError,
 * and emits it, if recorded calls, calls in progress and this one could exceed a budget; a run's
 * call first waits for those in progress. With an unknown price, only a spent budget stops the
 * call. Doesn't see other processes' calls in progress.
 */
export async function checkBudget(
  deps: BudgetDeps,
  { runId, provider, model, request, settings }: IntendedCall,
  signal = AbortSignal.any([]),
): Promise<Reserved> {
  const estimate = request && worstCaseOf(deps.priceBook.prices(), provider, request)
  const budgets = estimate === 0 ? [] : await budgetsOf(deps, runId, settings)
  if (budgets.length === 0) return unreserved
  const id = `${provider}/${model}`
  if (estimate === null && runId && deps.reservations.isFirst(runId)) {
    const sentence = `The price of ${id} is unknown, so its calls can't be checked against the budget before they are made.`
    await warn(deps, sentence, { run_id: runId, provider, model })
  }
  for (;;) {
    const endTurn = await deps.reservations.turn(signal)
    const freed = deps.reservations.freed()
    try {
      const exceeded = await firstExceeded(deps, budgets, runId, estimate)
      if (!exceeded) return deps.reservations.reserve({ runId, usd: estimate ?? 0 })
      if (!runId || !mayFitLater(exceeded)) return await refuse(deps, exceeded, id)
    } finally {
      endTurn()
    }
    // Most calls cost far less than their estimate, so waiting beats stopping the run.
    await unlessAborted(freed, signal)
  }
}

/** Waits for the promise. Throws the signal's reason if it aborts first. */
function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<void>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener("abort", abort, { once: true })
  if (signal.aborted) abort()
  const over = Promise.race([promise, aborted.promise])
  return over.finally(() => signal.removeEventListener("abort", abort))
}

async function firstExceeded(
  deps: BudgetDeps,
  budgets: Budget[],
  runId: string | undefined,
  estimate_usd: number | null,
): Promise<Exceeded | undefined> {
  for (const budget of budgets) {
    // Reservations before records: a call that is recorded in between counts twice, not never.
    const scope = budget.budget === "run" ? runId : undefined
    const reserved_usd = rounded(deps.reservations.sum(scope))
    const spent_usd = await spentOf(deps, budget)
    const expected = rounded(spent_usd + reserved_usd + (estimate_usd ?? 0))
    const fits = estimate_usd === null ? spent_usd < budget.limit_usd : expected <= budget.limit_usd
    if (!fits) return { ...budget, spent_usd, reserved_usd, estimate_usd }
  }
  return undefined
}

/** True if the call would fit but for the calls in progress. */
function mayFitLater({ spent_usd, reserved_usd, estimate_usd, limit_usd }: Exceeded): boolean {
  return reserved_usd > 0 && rounded(spent_usd + (estimate_usd ?? 0)) <= limit_usd
}

async function refuse(deps: BudgetDeps, exceeded: Exceeded, model: string): Promise<never> {
  await transact(deps, async (_, emit) => emit({ type: "budget.exceeded", data: exceeded }))
  const details = { ...exceeded, help: helpOf(exceeded) }
  throw new AppError("BudgetExceededError", explain(exceeded, model), details)
}

/** Returns the USD that a run may still spend under its own budget and the day's, if any. */
export async function budgetLeft(
  deps: Pick<UsageDeps, "db" | "config">,
  runId: string,
): Promise<number | undefined> {
  const budgets = await budgetsOf(deps, runId)
  const left = budgets.map(async (it) => rounded(it.limit_usd - (await spentOf(deps, it))))
  return budgets.length > 0 ? Math.min(...(await Promise.all(left))) : undefined
}

/** Call it in the transaction that stores the call, before storing it. */
export async function warningsOf(
  deps: Pick<UsageDeps, "db" | "config">,
  costUsd: number,
  runId: string | undefined,
): Promise<RecordedEvent[]> {
  if (costUsd === 0) return []
  const warnings: RecordedEvent[] = []
  for (const budget of await budgetsOf(deps, runId)) {
    if (budget.budget === "day") await store.lockDay(deps.db)
    const before = await spentOf(deps, budget)
    const spent_usd = rounded(before + costUsd)
    const mark = rounded(budget.limit_usd * WARNING_SHARE)
    if (spent_usd < mark || before >= mark) continue
    warnings.push({ type: "budget.warning", data: { ...budget, spent_usd } })
  }
  return warnings
}

/** Returns the details of the run's last BudgetExceededError. */
export async function exceededBudgetOf(
  deps: DbDeps,
  runId: string,
): Promise<Record<string, unknown>> {
  const range = { after: 0, types: ["budget.exceeded"], runId }
  const event = (await listHistory(deps, range, 200)).at(-1)
  return event?.type === "budget.exceeded" ? { ...event.data, help: helpOf(event.data) } : {}
}

/** Returns the budgets that limit a call. A run's own budget overrides BUDGET_RUN_USD. */
async function budgetsOf(
  deps: Pick<UsageDeps, "db" | "config">,
  runId: string | undefined,
  settings?: Settings,
): Promise<Budget[]> {
  const limits = await limitsOf(deps, settings)
  const run = runId === undefined ? undefined : await store.findBudgetOfRun(deps.db, runId)
  const ids = {
    ...(runId && { run_id: runId }),
    ...(run?.workflowId && { workflow_id: run.workflowId }),
  }
  const budgets = [
    { budget: "run", limit_usd: run && (run.budgetUsd ?? limits.run), ...ids },
    { budget: "day", limit_usd: limits.day, ...ids },
  ]
  return budgets.filter((it): it is Budget => typeof it.limit_usd === "number")
}

/** Sums the cost in USD of the recorded calls whose price is known. */
async function spentOf(deps: DbDeps, { budget, run_id: runId }: Budget) {
  const filter = budget === "run" && runId ? { runId } : { since: startOfDay(new Date()) }
  return rounded((await totalsOf(deps, filter)).costUsd)
}

import { totalsOf } from "../calls/service"
import type { Deps } from "../deps"
import { AppError } from "../errors"
import type { RecordedEvent } from "../events/event"
import { listHistory } from "../events/service"
import { transact } from "../events/transact"
import { warn } from "../events/warn"
import type { ModelRequest, ProviderName } from "../llm/model"
import { worstCaseOf } from "../llm/prices"
import { currentSettings } from "../settings/service"
import { type Budget, type Limits, rounded, startOfDay } from "./budget"
import { explain, helpOf } from "./explain"
import * as store from "./store"

export type BudgetDeps = Pick<Deps, "db" | "config" | "events" | "log" | "prices" | "reservations">

/** A call that is to be made; without a run it counts for the day only. */
export type IntendedCall = {
  runId?: string
  provider: ProviderName
  model: string
  /** Null for what is more than one question, so that nobody knows what it may cost. */
  request: ModelRequest | null
}

/** The share of a budget whose use is told of. */
const WARNING_SHARE = 0.8

/** What the settings allow in USD. Nothing else reads these two. */
export async function limitsOf(deps: Pick<Deps, "config" | "db">): Promise<Limits> {
  const { budgetRunUsd, budgetDayUsd } = await currentSettings(deps)
  return { run: budgetRunUsd, day: budgetDayUsd }
}

/**
 * Reserves what a call may cost at most; gives what frees that, to be called once the cost is
 * recorded. Throws BudgetExceededError, stored as an event too, if what is recorded, the calls under
 * way and this one could come to more than a budget. Where a price is unknown only a budget that is
 * used up stops the call. Calls under way in other processes on one database are not seen.
 */
export async function checkBudget(
  deps: BudgetDeps,
  { runId, provider, model, request }: IntendedCall,
  signal = AbortSignal.any([]),
): Promise<() => void> {
  const estimate = request && worstCaseOf(deps.prices, provider, request)
  const budgets = estimate === 0 ? [] : await budgetsOf(deps, runId)
  if (budgets.length === 0) return () => {}
  const id = `${provider}/${model}`
  if (estimate === null && runId && deps.reservations.isFirst(runId)) {
    const sentence = `The price of ${id} is unknown, so what its calls may cost is not counted before they are made.`
    await warn(deps, sentence, { run_id: runId, provider, model })
  }
  const endTurn = await deps.reservations.turn(signal)
  try {
    for (const budget of budgets) {
      // Summed before the records: a call that ends in between counts twice and not never.
      const reserved = deps.reservations.sum(budget.budget === "run" ? runId : undefined)
      const spent_usd = await spentOf(deps, budget, runId)
      const expected = rounded(spent_usd + reserved + (estimate ?? 0))
      const fits = estimate === null ? spent_usd < budget.limit_usd : expected <= budget.limit_usd
      if (fits) continue
      const data = { ...budget, spent_usd, estimate_usd: estimate, ...(runId && { run_id: runId }) }
      await transact(deps, async (_, emit) => emit({ type: "budget.exceeded", data }))
      const sentence = explain(data, { model: id, reserved })
      throw new AppError("BudgetExceededError", sentence, { ...data, help: helpOf(budget) })
    }
    return deps.reservations.reserve({ runId, usd: estimate ?? 0 })
  } finally {
    endTurn()
  }
}

/** What to tell once a call of this cost is stored; in the transaction that stores it. */
export async function warningsOf(
  deps: Pick<Deps, "db" | "config">,
  costUsd: number,
  runId: string | undefined,
): Promise<RecordedEvent[]> {
  if (costUsd === 0) return []
  const warnings: RecordedEvent[] = []
  for (const budget of await budgetsOf(deps, runId)) {
    if (budget.budget === "day") await store.lockDay(deps.db)
    const spent_usd = await spentOf(deps, budget, runId)
    const mark = rounded(budget.limit_usd * WARNING_SHARE)
    if (spent_usd < mark || rounded(spent_usd - costUsd) >= mark) continue
    const data = { ...budget, spent_usd, ...(runId && { run_id: runId }) }
    warnings.push({ type: "budget.warning", data })
  }
  return warnings
}

/** The details of the BudgetExceededError that a run failed with last. */
export async function exceededBudgetOf(
  deps: Pick<Deps, "db">,
  runId: string,
): Promise<Record<string, unknown>> {
  const range = { after: 0, types: ["budget.exceeded"], runId }
  const event = (await listHistory(deps, range, 200)).at(-1)
  return event?.type === "budget.exceeded" ? { ...event.data, help: helpOf(event.data) } : {}
}

/** The budgets that a call of this run, or of none, counts for. A run's own holds before the setting. */
async function budgetsOf(
  deps: Pick<Deps, "db" | "config">,
  runId: string | undefined,
): Promise<Budget[]> {
  const limits = await limitsOf(deps)
  const run = runId && ((await store.findBudgetOfRun(deps.db, runId)) ?? limits.run)
  const budgets = [
    { budget: "run", limit_usd: run },
    { budget: "day", limit_usd: limits.day },
  ]
  return budgets.filter((it): it is Budget => typeof it.limit_usd === "number")
}

/** USD of the calls that are recorded and whose price is known. */
async function spentOf(deps: Pick<Deps, "db">, { budget }: Budget, runId: string | undefined) {
  const of = budget === "run" && runId ? { runId } : { since: startOfDay(new Date()) }
  return rounded((await totalsOf(deps, of)).costUsd)
}

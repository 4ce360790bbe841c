import { z } from "zod"

/** The limit for one run, or for all calls of a UTC day. Names the run that makes the call. */
export type Budget = {
  budget: "run" | "day"
  limit_usd: number
  run_id?: string
  workflow_id?: string
}

/** A budget that a call would exceed. The estimate is null if the price is unknown. */
export type Exceeded = Budget & {
  spent_usd: number
  reserved_usd: number
  estimate_usd: number | null
}

/** The figures of the budget that stopped a run, taken from a BudgetExceededError. */
export const exceededShape = z.object({
  budget: z.enum(["run", "day"]),
  limit_usd: z.number(),
  spent_usd: z.number(),
  estimate_usd: z.number().nullable(),
})

/** Limits in USD from the settings; undefined means no limit. */
export type Limits = { run: number | undefined; day: number | undefined }

/** Returns midnight UTC of that day. */
export function startOfDay(now: Date): Date {
  return new Date(now.toISOString().slice(0, 10))
}

/** Rounds to the precision of stored costs, so that sums compare the way they read. */
export function rounded(usd: number): number {
  return Math.round(usd * 1e8) / 1e8
}

export function explain(
  { budget, limit_usd, spent_usd, reserved_usd, estimate_usd }: Exceeded,
  model: string,
): string {
  const allowed = `${budget === "run" ? "This run" : "A day (UTC)"} may cost ${usd(limit_usd)}`
  if (estimate_usd === null || spent_usd >= limit_usd) return `${allowed}, and that is spent.`
  const others = reserved_usd > 0 ? `, calls in progress may cost ${usd(reserved_usd)}` : ""
  return `${allowed}: ${usd(spent_usd)} of that is spent${others}, and the next call to ${model} may cost ${usd(estimate_usd)}.`
}

export function helpOf({ budget }: Pick<Budget, "budget">): string {
  return budget === "run"
    ? "Start it with a higher budget_usd, raise BUDGET_RUN_USD, or choose a cheaper model."
    : "Raise BUDGET_DAY_USD, wait for the next day (UTC), or choose a cheaper model."
}

function usd(amount: number): string {
  return amount >= 0.01 || amount === 0 ? `$${amount.toFixed(2)}` : `$${amount.toFixed(4)}`
}

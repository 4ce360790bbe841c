import type { Budget, Exceeded } from "./budget"

/** Explains to a person why the call was refused. */
export function explain(
  { budget, limit_usd, spent_usd, reserved_usd, estimate_usd }: Exceeded,
  model: string,
): string {
  const allowed = `${budget === "run" ? "This run" : "A day (UTC)"} may cost ${usd(limit_usd)}`
  if (estimate_usd === null || spent_usd >= limit_usd) return `${allowed}, and that is spent.`
  const others = reserved_usd > 0 ? `, calls in progress may cost ${usd(reserved_usd)}` : ""
  return `${allowed}: ${usd(spent_usd)} of that is spent${others}, and the next call to ${model} may cost ${usd(estimate_usd)}.`
}

/** Says how to get past the limit. */
export function helpOf({ budget }: Pick<Budget, "budget">): string {
  return budget === "run"
    ? "Start it with a higher budget_usd, raise BUDGET_RUN_USD, or choose a cheaper model."
    : "Raise BUDGET_DAY_USD, wait for the next day (UTC), or choose a cheaper model."
}

function usd(amount: number): string {
  return amount >= 0.01 || amount === 0 ? `$${amount.toFixed(2)}` : `$${amount.toFixed(4)}`
}

export type CallTotals = {
  calls: number
  inputTokens: number
  outputTokens: number
  /** USD of the calls whose price is known. */
  costUsd: number
  /** Calls whose price is unknown. If there are any, the total cost is unknown too. */
  unpriced: number
}

/** Cost in USD, or null if any price is unknown, and the part that is known. */
export type Cost = { cost_usd: number | null; known_cost_usd: number }

export function costOfAll(totals: Iterable<CallTotals>): Cost {
  let [known_cost_usd, unpriced] = [0, 0]
  for (const total of totals) {
    known_cost_usd += total.costUsd
    unpriced += total.unpriced
  }
  return { cost_usd: unpriced > 0 ? null : known_cost_usd, known_cost_usd }
}

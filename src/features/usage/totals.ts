import type { CallTotals, Cost } from "./schema"
/** Which calls; all if it is empty. Of an agent those of its own runs. */
export type CallFilter = { since?: Date | undefined; runId?: string; agentId?: string }

export const callGroups = ["day", "agent", "model"] as const
export type CallGroup = (typeof callGroups)[number]

export function costOfAll(totals: Iterable<CallTotals>): Cost {
  let [known_cost_usd, unpriced] = [0, 0]
  for (const total of totals) {
    known_cost_usd += total.costUsd
    unpriced += total.unpriced
  }
  return { cost_usd: unpriced > 0 ? null : known_cost_usd, known_cost_usd }
}

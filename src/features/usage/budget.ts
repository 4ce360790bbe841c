/** What may be spent by a run, or by all calls of a day in UTC; with the run whose call it is about. */
export type Budget = {
  budget: "run" | "day"
  limit_usd: number
  run_id?: string
  workflow_id?: string
}

/** A budget that a call does not fit into, with what it may cost if that is known. */
export type Exceeded = Budget & {
  spent_usd: number
  reserved_usd: number
  estimate_usd: number | null
}

/** The settings of it; undefined for no limit. */
export type Limits = { run: number | undefined; day: number | undefined }

/** Midnight in UTC. */
export function startOfDay(now: Date): Date {
  return new Date(now.toISOString().slice(0, 10))
}

/** To the fraction of a cent that costs are stored to, so that sums compare as they read. */
export function rounded(usd: number): number {
  return Math.round(usd * 1e8) / 1e8
}

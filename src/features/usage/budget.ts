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

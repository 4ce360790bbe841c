/** What some model calls came to. */
export type CallTotals = {
  calls: number
  inputTokens: number
  outputTokens: number
  /** USD of the calls whose price is known. */
  costUsd: number
  /** Calls whose price is not known: with any, a total cost is unknown too. */
  unpriced: number
}

/** One recorded call of a model. Times in milliseconds, cost in USD or null when unknown. */
export type Call = {
  id: string
  run_id: string | null
  node: string | null
  /** Of the item, for a map's. */
  map_index: number
  attempt: number
  kind: "model" | "retrieval"
  provider: string
  model: string
  input_tokens: number | null
  output_tokens: number | null
  cached_tokens: number | null
  cost_usd: number | null
  first_token_ms: number | null
  duration_ms: number
  retries: number
  /** The provider's id of the request, for its support. */
  request_id: string | null
  error: string | null
  request: unknown
  response: unknown
  created_at: string
}

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

/** USD, null as soon as one price is unknown; and what is known of it at least. */
export type Cost = { cost_usd: number | null; known_cost_usd: number }

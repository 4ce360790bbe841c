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

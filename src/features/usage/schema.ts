/** One recorded call. Times in milliseconds; cost in USD, or null if unknown. */
export type Call = {
  id: string
  run_id: string | null
  node: string | null
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
  /** The provider's request id, for a support ticket. */
  request_id: string | null
  error: string | null
  request: unknown
  response: unknown
  created_at: string
}

/** Identifies an attempt at a step of a run; with `nth` it identifies a call. */
export type AttemptKey = {
  runId: string
  node: string
  iteration: number
  mapIndex: number
  attempt: number
}

/** Selects calls; empty selects all. `agentId` selects the agent's own runs. */
export type CallFilter = { since?: Date | undefined; runId?: string; agentId?: string }

export const callGroups = ["day", "agent", "model"] as const
export type CallGroup = (typeof callGroups)[number]

import type { SQLWrapper } from "drizzle-orm"
import { z } from "zod"

/** A session that reached a limit of its own fails as its agent's work. */
export const reportedErrors = ["LLMAPIError", "AgentExecutionError"] as const

const count = z.int32().nonnegative()
const name = z.string().max(200)

export const exchange = z.object({
  node: z.string().max(64),
  iteration: count,
  map_index: z.int32(),
  attempt: count,
  nth: count,
  kind: z.enum(["model", "retrieval"]),
  provider: name,
  model: name,
  request_hash: name,
  request: z.unknown(),
  response: z.unknown(),
  error: z.string().nullable(),
  /** Other errors are not recorded, since they are no answer. */
  error_name: z.enum(reportedErrors).nullable(),
  input_tokens: count.nullable(),
  output_tokens: count.nullable(),
  cached_tokens: count.nullable(),
  cost_usd: z.number().nullable(),
  duration_ms: z.number(),
  retries: count,
  created_at: z.iso.datetime(),
})

/** A recorded call of a run, exported to be replayed elsewhere. */
export type Exchange = z.infer<typeof exchange>

type Unshown = "node" | "iteration" | "nth" | "request_hash" | "error_name"

/** One recorded call. Times in milliseconds; cost in USD, or null if unknown. */
export type Call = Omit<Exchange, Unshown> & {
  id: string
  run_id: string | null
  node: string | null
  first_token_ms: number | null
  /** The provider's request id, for a support ticket. */
  request_id: string | null
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
export type CallFilter = {
  since?: Date | undefined
  runId?: string
  agentId?: string
  /** A subquery for the ids of runs. */
  runIds?: SQLWrapper
}

export const callGroups = ["day", "agent", "model"] as const
export type CallGroup = (typeof callGroups)[number]

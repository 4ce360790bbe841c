import { z } from "zod"
import type { Citation } from "./citation"

export const runStatus = z.enum([
  "running",
  "paused",
  "waiting",
  "completed",
  "failed",
  "cancelled",
  "interrupted",
])
export type RunStatus = z.infer<typeof runStatus>

export const stepStatus = z.enum([
  "pending",
  "running",
  "completed",
  "failed",
  "skipped",
  "cancelled",
])
export type StepStatus = z.infer<typeof stepStatus>

export const runInput = z.strictObject({
  query: z.string().trim().min(1, "Say what should be worked out.").max(20_000),
  document_ids: z.array(z.uuid()).max(1000).optional(),
  rag_top_k: z.number().int().min(1).max(100).optional(),
  model: z.string().max(200).optional(),
  /** The absolute path of a directory in a git repository, for agents that work in one. */
  repo: z.string().max(4096).optional(),
  /** The id of a run whose session of Claude Code it goes on with. */
  resume: z.uuid().optional(),
})
export type RunInput = z.infer<typeof runInput>

/** Where a fork begins. */
export type ForkedFrom = { run_id: string; checkpoint_id: string }

/** Where a replay did not do what its recording says; `nth` counts the calls of one attempt. */
export type Difference = {
  node: string
  iteration: number
  map_index: number
  attempt: number
  nth: number | null
  what: string
}

/** Why a run waits: for a person at `node`, for a provider's limit to pass, or for a higher budget. */
export type Waiting = {
  reason: "gate" | "limit" | "budget"
  node?: string
  /** When it goes on, or gives up, by itself. */
  until?: string
  /** Of the artifact that a gate asks about. */
  version?: number
}

export const gateDecisions = ["approve", "edit", "request_changes", "reject"] as const
export type GateDecision = (typeof gateDecisions)[number]

export type LogLevel = "INFO" | "WARNING" | "ERROR"

/** Tokens of all calls together; cost in USD, null when a price is unknown. */
export type Usage = { input_tokens: number; output_tokens: number; calls: number }

/** A person's word at a gate in a recorded run, with what it made of the artifact if it was an edit. */
export type RecordedDecision = {
  node: string
  about: string
  version: number
  decision: GateDecision
  feedback: string | null
  made?: { content: string; data: unknown; citations: Citation[] }
}

/** What a replay works from beside the recorded calls, and where it has not done the same. */
export type Recording = {
  /** The id of the recorded run, which may be one of another machine. */
  of: string
  decisions: RecordedDecision[]
  /** What the steps came to. Replays of an older Amelia have none. */
  fingerprints?: Record<string, string>
  differences: Difference[]
}

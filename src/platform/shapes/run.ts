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
  query: z.string().trim().min(1, "Enter a task or question.").max(20_000),
  document_ids: z.array(z.uuid()).max(1000).optional(),
  rag_top_k: z.number().int().min(1).max(100).optional(),
  model: z.string().max(200).optional(),
  /** The absolute path of a directory in a git repository, for agents that work in one. */
  repo: z.string().max(4096).optional(),
  /** Id of a run whose Claude Code session this run continues. */
  resume: z.uuid().optional(),
})
export type RunInput = z.infer<typeof runInput>

/** The checkpoint is null for a retry, which kept all finished work. */
export type ForkedFrom = { run_id: string; checkpoint_id: string | null }

/** A difference between a replay and its recording; `nth` counts the calls of one attempt. */
export type Difference = {
  node: string
  iteration: number
  map_index: number
  attempt: number
  nth: number | null
  what: string
}

/** Waits for a person at `node`, a provider that is at its limit or down, or a higher budget. */
export type Waiting = {
  reason: "gate" | "limit" | "budget"
  node?: string
  /** When it continues, or gives up, by itself. */
  until?: string
  /** The version of the artifact that a gate asks about. */
  version?: number
  /** Why it waits, in a sentence. A gate has none. */
  message?: string
  /** The budget that stopped it: the run's own, or that of a UTC day. */
  budget?: "run" | "day"
  limit_usd?: number
  spent_usd?: number
  /** The most that the refused call may cost; null if its price is unknown. */
  estimate_usd?: number | null
}

export const gateDecisions = ["approve", "edit", "request_changes", "reject"] as const
export type GateDecision = (typeof gateDecisions)[number]

export type LogLevel = "INFO" | "WARNING" | "ERROR"

export type Usage = { input_tokens: number; output_tokens: number; calls: number }

/** A decision at a gate of a recorded run, with the resulting artifact if it was an edit. */
export type RecordedDecision = {
  node: string
  about: string
  version: number
  decision: GateDecision
  feedback: string | null
  made?: { content: string; data: unknown; citations: Citation[] }
}

/** The input of a replay besides its recorded calls, and its differences from the recording. */
export type Recording = {
  /** Id of the recorded run, possibly from another machine. */
  of: string
  decisions: RecordedDecision[]
  /** Hashes of the steps' results. Replays made by older versions have none. */
  fingerprints?: Record<string, string>
  differences: Difference[]
}

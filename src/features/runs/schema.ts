import { z } from "zod"
import type { Citation } from "../../platform/shapes/citation"
import type { RetrievalResult } from "../../platform/shapes/passage"
import type { LogLevel } from "../../platform/shapes/run"
import {
  type Difference,
  type ForkedFrom,
  gateDecisions,
  type RunInput,
  type RunStatus,
  runInput,
  type StepStatus,
  type Usage,
  type Waiting,
} from "../../platform/shapes/run"
import type { GraphDefinition } from "../../platform/shapes/workflow-node"
import type { AgentStatus } from "../agents/schema"

export const runVerbs = ["pause", "resume", "cancel"] as const
export type RunVerb = (typeof runVerbs)[number]

/** `version` is that of the run which the caller saw; without it any will do. */
export const verbInput = z.strictObject({ version: z.number().int().positive().optional() })

/** A run that waits since its budget is spent can be resumed with a higher one. */
export const resumeInput = verbInput.extend({ budget_usd: z.number().nonnegative().optional() })

export const forkInput = z.strictObject({
  checkpoint_id: z.string().max(200),
  /** What is given takes the place of the original's. */
  input: runInput.partial().optional(),
  /** By their nodes, what takes the place of what those made: Markdown. */
  artifacts: z.record(z.string(), z.string().trim().min(1).max(1_000_000)).optional(),
})
export type ForkInput = z.infer<typeof forkInput>

/** A moment of a run from which a fork can begin: when the steps of `nodes` had just ended. */
export type Checkpoint = {
  checkpoint_id: string
  /** Counts from 0, when nothing was done yet. */
  step: number
  /** The first of `nodes`; null when nothing was done yet. */
  node: string | null
  /** Those that ran at the same time. */
  nodes: string[]
  created_at: string
}

/** `budget_usd` holds in place of BUDGET_RUN_USD. */
export const startInput = z.strictObject({
  input: runInput,
  budget_usd: z.number().min(0).max(999_999).optional(),
})
export type StartInput = z.infer<typeof startInput>

/** A person's word at a gate, about the version of the artifact that the person saw. */
export const gateInput = z
  .strictObject({
    decision: z.enum(gateDecisions),
    version: z.number().int().positive(),
    /** The artifact as it should be: Markdown, or what its role's schema describes. */
    content: z.string().trim().min(1).max(1_000_000).optional(),
    data: z.unknown().optional(),
    feedback: z.string().trim().min(1).max(20_000).optional(),
  })
  .superRefine(({ decision, content, data, feedback }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message })
    const edits = Number(content !== undefined) + Number(data !== undefined)
    if (decision === "edit" && edits !== 1) refuse("content", "Give either content or data.")
    if (decision !== "edit" && edits > 0) refuse("content", "Only an edit has content or data.")
    if (decision === "request_changes" && !feedback) refuse("feedback", "Say what should change.")
  })
export type GateInput = z.infer<typeof gateInput>

/** What a step told of itself, in one line. */
export type LogLine = { id: string; at: string; level: LogLevel; node: string; message: string }

export type RunNode = {
  agent_name: string
  /** `waiting` is a step that has begun in a run that waits. */
  status: StepStatus | "waiting"
  progress: number
  message: string
  input: unknown
  output: unknown
  error: string | null
  attempts: number
  started_at: string | null
  completed_at: string | null
  model: string | null
  usage: Usage
  cost_usd: number | null
}

export type Run = {
  run_id: string
  id: string
  /** Of workflow_id and agent_id just one: what runs. */
  workflow_id: string | null
  agent_id: string | null
  /** The agent's name, where it is an agent that runs. */
  workflow_name: string
  status: RunStatus
  progress: number
  current_node: string | null
  nodes: Record<string, RunNode>
  shared_context: Record<string, unknown>
  rag_context: RetrievalResult[]
  errors: { node: string | null; error: string; message: string }[]
  waiting: Waiting | null
  pause_requested: boolean
  input: RunInput
  forked_from: ForkedFrom | null
  /** Of a replay: the run that it replays, and where it did otherwise, the first difference first. */
  replay: { of: string; differences: Difference[] } | null
  /** The definition that it started with. */
  graph_definition: GraphDefinition
  version: number
  started_at: string
  completed_at: string | null
  /** When checkpoints, prompts, answers and passages were removed, RETENTION_DAYS after its end. */
  records_removed_at: string | null
  cost_usd: number | null
  /** USD of the calls whose price is known: what it cost at least. */
  known_cost_usd: number
  /** What it may cost, by its own budget or the settings; null for no limit. */
  budget_usd: number | null
}

export type Artifact = {
  id: string
  node: string
  version: number
  /** Markdown for people. */
  content: string
  /** The same for machines, in the shape of the role's output schema. */
  data: unknown
  citations: Citation[]
  created_at: string
}

/** One of several, and how it came about. */
export type ArtifactVersion = Artifact & {
  /** By the agent at first, by the agent after a reviewer's feedback, or by hand. */
  origin: "agent" | "revision" | "edit"
  feedback: string | null
}

/** One of two runs that are compared. Cost in USD, null when unknown. */
export type RunSide = Pick<
  Run,
  "run_id" | "workflow_name" | "status" | "input" | "cost_usd" | "started_at"
> & { duration_seconds: number | null }

export type NodeSide = Pick<RunNode, "status" | "error" | "output" | "cost_usd" | "usage"> & {
  artifact: Artifact | null
  duration_seconds: number | null
}

/** Two runs side by side; null for a node that a run does not have. */
export type Comparison = {
  left: RunSide
  right: RunSide
  nodes: {
    node: string
    name: string
    /** Whether its status or what it made is not the same. */
    differs: boolean
    left: NodeSide | null
    right: NodeSide | null
  }[]
}

export type Step = {
  id: string
  node: string
  iteration: number
  map_index: number
  attempt: number
  status: StepStatus
  output: unknown
  error: string | null
  /** What the model answered last, where that could not be used. */
  raw_output: string | null
  started_at: string | null
  completed_at: string | null
}

/** `timeout`, in seconds, holds for this start in place of the agent's own. */
export const agentStart = startInput.extend({
  timeout: z.number().positive().max(86_400).optional(),
})
export type AgentStart = z.infer<typeof agentStart>

/** What a start that waits is answered. Cost in USD, null when a price is unknown. */
export type AgentResult = {
  status: AgentStatus
  output: unknown
  error: string | null
  started_at: string
  completed_at: string | null
  duration_seconds: number
  metadata: {
    run_id: string
    model: string | null
    usage: Usage
    cost_usd: number | null
    /** How many passages it was given to read. */
    context_used: number
  }
}

import { z } from "zod"
import type { Citation } from "../../platform/shapes/citation"
import type { Cost } from "../../platform/shapes/cost"
import type { RetrievalResult } from "../../platform/shapes/passage"
import {
  type Difference,
  type ForkedFrom,
  gateDecisions,
  type LogLevel,
  type RunInput,
  type RunStatus,
  runInput,
  runStatus,
  type StepStatus,
  type Usage,
  type Waiting,
} from "../../platform/shapes/run"
import type { GraphDefinition } from "../../platform/shapes/workflow-node"
import type { AgentStatus } from "../agents/schema"

export const runVerbs = ["pause", "resume", "cancel"] as const
export type RunVerb = (typeof runVerbs)[number]

/** `version` is the version that the caller saw; without it, any is accepted. */
export const verbInput = z.strictObject({ version: z.number().int().positive().optional() })

/** More than any run costs; the database's column has no room for a million. */
const budgetUsd = z.number().min(0).max(999_999)

/** `budget_usd` replaces the spent budget of a waiting run. */
export const resumeInput = verbInput.extend({ budget_usd: budgetUsd.optional() })
export type ResumeInput = z.infer<typeof resumeInput>

export const forkInput = z.strictObject({
  /** Without it, the fork of a failed run keeps all finished work and does the rest again. */
  checkpoint_id: z.string().max(200).optional(),
  /** Overrides the original's input. */
  input: runInput.partial().optional(),
  /** Markdown that replaces artifacts, by node. */
  artifacts: z.record(z.string(), z.string().trim().min(1).max(1_000_000)).optional(),
  /** Overrides the original's budget. */
  budget_usd: budgetUsd.optional(),
})
export type ForkInput = z.infer<typeof forkInput>

/** A point where a run can be forked: the steps of `nodes` have just ended. */
export type Checkpoint = {
  checkpoint_id: string
  /** Counts from 0, before any step. */
  step: number
  /** The first of `nodes`; null at the start. */
  node: string | null
  /** Nodes that ran at the same time. */
  nodes: string[]
  created_at: string
}

/** `budget_usd` overrides BUDGET_RUN_USD. */
export const startInput = z.strictObject({
  input: runInput,
  budget_usd: budgetUsd.optional(),
})
export type StartInput = z.infer<typeof startInput>

/** Selects runs, for the API and the page. */
export const runQuery = {
  status: runStatus.optional(),
  /** The id of a workflow or an agent. */
  of: z.uuid().optional(),
  /** Words of the request, the name or the id, in any order. */
  query: z.string().trim().max(1000).optional(),
}
export type RunQuery = z.infer<z.ZodObject<typeof runQuery>>

/** How many runs there are, and their cost in USD; null if a part of it is unknown. */
export type RunSummary = Cost & { count: number }

/** A workflow or an agent that has runs. */
export type RunOwner = { id: string; name: string; kind: "workflow" | "agent" }

/** A decision at a gate, about the version that the person saw. */
export const gateInput = z
  .strictObject({
    decision: z.enum(gateDecisions),
    version: z.number().int().positive(),
    /** The edited artifact: Markdown, or data in its role's schema. */
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
    if (decision === "request_changes" && !feedback)
      refuse("feedback", "Describe what should change.")
  })
export type GateInput = z.infer<typeof gateInput>

/** One line that a step logged. */
export type LogLine = { id: string; at: string; level: LogLevel; node: string; message: string }

export type RunNode = {
  agent_name: string
  /** `waiting`: the step has begun, and its run waits. */
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
  /** Exactly one of workflow_id and agent_id is set. */
  workflow_id: string | null
  agent_id: string | null
  /** The agent's name for an agent's own run. */
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
  /** The replayed run and the differences from it, in order. */
  replay: { of: string; differences: Difference[] } | null
  /** The definition when the run started. */
  graph_definition: GraphDefinition
  version: number
  started_at: string
  completed_at: string | null
  /** When checkpoints, prompts, answers and passages were removed, after RETENTION_DAYS. */
  records_removed_at: string | null
  cost_usd: number | null
  /** USD of the calls whose price is known. */
  known_cost_usd: number
  /** The budget in USD, from the run or the settings; null for no limit. */
  budget_usd: number | null
}

export type Artifact = {
  id: string
  node: string
  version: number
  /** Markdown for people. */
  content: string
  /** The same as data, in the role's output schema. */
  data: unknown
  citations: Citation[]
  created_at: string
}

export type ArtifactVersion = Artifact & {
  /** Made by the agent, revised by it after feedback, or edited by a person. */
  origin: "agent" | "revision" | "edit"
  feedback: string | null
}

/** One side of a comparison. Cost in USD, null if unknown. */
export type RunSide = Pick<
  Run,
  "run_id" | "workflow_name" | "status" | "input" | "cost_usd" | "started_at"
> & { duration_seconds: number | null }

export type NodeSide = Pick<RunNode, "status" | "error" | "output" | "cost_usd" | "usage"> & {
  artifact: Artifact | null
  duration_seconds: number | null
}

/** Null for a node that a run doesn't have. */
export type Comparison = {
  left: RunSide
  right: RunSide
  nodes: {
    node: string
    name: string
    /** True if its status or artifact differs. */
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
  /** The model's last answer, if it couldn't be used. */
  raw_output: string | null
  started_at: string | null
  completed_at: string | null
}

/** `timeout`, in seconds, overrides the agent's own. */
export const agentStart = startInput.extend({
  timeout: z.number().positive().max(86_400).optional(),
})
export type AgentStart = z.infer<typeof agentStart>

/** The answer to a start that waits. Cost in USD, null if unknown. */
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
    /** Number of passages it was given. */
    context_used: number
  }
}

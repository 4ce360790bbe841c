import { roleOf } from "../../../engines/roles/roles"
import type { Config } from "../../../platform/config/config"
import type { RunRow } from "../../../platform/db/schema/runs"
import type { AgentSnapshot } from "../../../platform/shapes/agent"
import { agentType } from "../../../platform/shapes/agent-type"
import type { AgentNode, MapNode, Work, WorkflowNode } from "../../../platform/shapes/workflow-node"
import { configOf } from "../../agents/config"
import type { SearchInput } from "../../search/schema"
import type { StepKey } from "../step-store"

/** Passages that an agent reads if the run doesn't say. */
const TOP_K = 40
/** Claude Code reads fewer: the repository is its main source. */
const TOP_K_OF_SESSION = 20

/** A step with the node that it belongs to. */
export type NodeStep = { key: StepKey; node: WorkflowNode }

/** Everything that the work of a step needs to know, resolved before it begins. */
export type StepPlan = NodeStep & {
  node: AgentNode | MapNode
  agent: AgentSnapshot
  /** Undefined for Claude Code, which works in a session of its own. */
  role: ReturnType<typeof roleOf>
  /** A model's id or "auto". */
  model: string
  temperature: number
  max_tokens: number
  /** For all attempts together. */
  timeout_s: number
  /** Attempts after the first. */
  retries: number
  /** Where the step reads first. Without document_ids it reads all documents. */
  search: SearchInput & { top_k: number }
  /** True if a model that can call tools may search those documents itself. */
  search_documents: boolean
  /** The node's own instructions. */
  prompt: string
  /** The item of a map that the step works on. */
  item?: unknown
  revision?: Revision | undefined
}

/** What a person wants changed in an earlier version. */
export type Revision = { feedback: string; content: string }

/**
 * Plans the step of an agent's node, or of a map's items; see `planItem`. The node's choices override
 * the run's, and those override the agent's. `iteration` counts revisions.
 */
export function planStep(
  row: RunRow,
  node: AgentNode | MapNode,
  settings: Config,
  { iteration = 0, revision }: { iteration?: number; revision?: Revision } = {},
): StepPlan {
  const { input } = row
  const work = node.type === "map" ? node.node : node
  const agent = snapshotOf(row.agents, { ...work, name: node.name }, settings)
  const role = roleOf(agent)
  const { temperature, max_tokens } = agent
  const top_k = input.rag_top_k ?? (role ? TOP_K : TOP_K_OF_SESSION)
  return {
    key: { runId: row.id, node: node.id, iteration, mapIndex: 0 },
    ...{ node, agent, role, temperature, max_tokens, revision },
    model: work.model ?? input.model ?? agent.model,
    timeout_s: work.timeout ?? agent.timeout,
    retries: work.retry_attempts ?? agent.retry_attempts,
    search: { query: input.query, top_k, document_ids: documentsFor(agent, row) },
    // Runs of an older Amelia keep agents that don't say.
    search_documents: agent.search_documents ?? true,
    prompt: work.prompt ?? "",
  }
}

/** The plan for one item of a map. */
export function planItem(plan: StepPlan, mapIndex: number, item: unknown): StepPlan {
  return { ...plan, key: { ...plan.key, mapIndex }, item }
}

/** The agent as it was when the run started, or a bare role with the current settings. */
export function snapshotOf(
  agents: RunRow["agents"],
  { name, agent }: Work & { name: string },
  settings: Config,
): AgentSnapshot {
  const known = agents[agent]
  if (known) return known
  const type = agentType.parse(agent)
  return { ...configOf({ name, type, choices: {} }, settings), type }
}

function documentsFor({ context_sources: sources }: AgentSnapshot, { input }: RunRow) {
  if (sources.length === 0) return input.document_ids
  return [...new Set([...sources, ...(input.document_ids ?? [])])]
}

/** What the agent is told besides the query: the node's prompt, the item, and what to revise. */
export function instructionsOf({ prompt, item, revision }: StepPlan): string {
  const parts = [prompt]
  if (item !== undefined) parts.push(`# The one item to work on\n${textOf(item)}`)
  if (revision) {
    parts.push(`# What the reviewer wants changed\n${revision.feedback}`)
    parts.push(`# Your version that the reviewer saw\n${revision.content}`)
  }
  return parts.filter(Boolean).join("\n\n")
}

function textOf(item: unknown): string {
  return typeof item === "string" ? item : JSON.stringify(item, null, 2)
}

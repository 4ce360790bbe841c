import { configOf } from "../agents/config"
import { roleOf } from "../agents/roles"
import type { Role } from "../agents/roles/role"
import type { AgentSnapshot } from "../agents/schema"
import { agentType } from "../agents/type"
import type { Deps } from "../deps"
import type { WorkflowNode } from "../workflows/schema"
import type { RunRow } from "./table"

/** How a step is to be done. */
export type StepSetup = {
  role: Role<unknown>
  model: string
  temperature: number
  max_tokens: number
  /** Seconds for all attempts together. */
  timeout: number
  /** Attempts after the first. */
  retries: number
  /** Where it reads; undefined for all documents. */
  document_ids: string[] | undefined
}

/** The node's word holds before the run's, and that before the agent's. */
export function setupOf(
  { agents, input }: RunRow,
  node: WorkflowNode,
  settings: Deps["config"],
): StepSetup {
  const agent = agents[node.agent] ?? bareRole(node, settings)
  const { temperature, max_tokens, context_sources: sources } = agent
  return {
    role: roleOf(agent),
    model: node.model ?? input.model ?? agent.model,
    temperature,
    max_tokens,
    timeout: node.timeout ?? agent.timeout,
    retries: node.retry_attempts ?? agent.retry_attempts,
    document_ids:
      sources.length > 0
        ? [...new Set([...sources, ...(input.document_ids ?? [])])]
        : input.document_ids,
  }
}

/** An agent for which nothing was chosen. */
function bareRole({ name, agent }: WorkflowNode, settings: Deps["config"]): AgentSnapshot {
  const type = agentType.parse(agent)
  return { ...configOf({ name, type, choices: {} }, settings), type }
}

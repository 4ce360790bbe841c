import type { RunRow } from "../../../platform/db/schema/runs"
import type { AgentSnapshot } from "../../../platform/shapes/agent"
import { agentType } from "../../../platform/shapes/agent-type"
import type { Work } from "../../../platform/shapes/workflow-node"
import { configOf } from "../../agents/config"
import type { StepDeps } from "../deps"
import type { Task } from "./task"

/** How a step is to be done. */
export type StepSetup = {
  agent: AgentSnapshot
  model: string
  temperature: number
  max_tokens: number
  /** Seconds for all attempts together. */
  timeout: number
  /** Attempts after the first. */
  retries: number
  /** Where it reads; undefined for all documents. */
  document_ids: string[] | undefined
  /** Whether a model that can call tools may look further in those documents. */
  search_documents: boolean
}

/** The node's word holds before the run's, and that before the agent's. */
export function setupOf(
  { agents, input }: RunRow,
  { node: { name }, work }: Task,
  settings: StepDeps["config"],
): StepSetup {
  const agent = snapshotOf(agents, { ...work, name }, settings)
  const { temperature, max_tokens, context_sources: sources } = agent
  return {
    agent,
    model: work.model ?? input.model ?? agent.model,
    temperature,
    max_tokens,
    timeout: work.timeout ?? agent.timeout,
    retries: work.retry_attempts ?? agent.retry_attempts,
    document_ids:
      sources.length > 0
        ? [...new Set([...sources, ...(input.document_ids ?? [])])]
        : input.document_ids,
    // Runs of an older Amelia keep agents that do not say.
    search_documents: agent.search_documents ?? true,
  }
}

/** The agent as it was when the run started; one for which nothing was chosen, for a bare role. */
export function snapshotOf(
  agents: RunRow["agents"],
  { name, agent }: Work & { name: string },
  settings: StepDeps["config"],
): AgentSnapshot {
  const known = agents[agent]
  if (known) return known
  const type = agentType.parse(agent)
  return { ...configOf({ name, type, choices: {} }, settings), type }
}

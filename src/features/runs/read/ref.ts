import type { RunRow } from "../../../platform/db/schema/runs"
import type { RecordedEvent } from "../../../platform/events/event"
import type { WorkflowNode } from "../../../platform/shapes/workflow-node"
import { agentIdsOf } from "../../workflows/definition"

/** How events name a run of a workflow. An agent's own has no name: it tells as its agent. */
export function runRef({ id, workflowId, workflowName }: RunRow) {
  if (workflowId === null) return undefined
  return { run_id: id, workflow_id: workflowId, workflow_name: workflowName }
}

/** How events name a step's agent. */
export function agentRef(row: RunRow, node: WorkflowNode) {
  return {
    run_id: row.id,
    workflow_id: row.workflowId,
    agent_id: agentIdOf(node),
    node: node.id,
    agent_name: node.name,
  }
}

/** The agent that does a node's work; null for a bare role, and for a person. */
export function agentIdOf(node: WorkflowNode): string | null {
  return agentIdsOf([node])[0] ?? null
}

/** How events name the one agent of its own run; undefined for a run of a workflow. */
export function ownAgentRef(row: RunRow) {
  const [node] = row.definition.nodes
  return row.agentId !== null && node ? agentRef(row, node) : undefined
}

/** What is told when a run is stored, which may be long before there is room for its first step. */
export function startOf(row: RunRow): RecordedEvent[] {
  const run = runRef(row)
  const agent = ownAgentRef(row)
  if (run) return [{ type: "workflow.started", data: run }]
  return agent ? [{ type: "agent.started", data: { ...agent, attempt: 1 } }] : []
}

/** What is told when a run is over. An agent's own tells it of the agent, once its row is final. */
export function endOf(row: RunRow, error: string | null): RecordedEvent[] {
  const run = runRef(row)
  const agent = ownAgentRef(row)
  if (run && error === null) return [{ type: "workflow.completed", data: run }]
  if (run && error !== null) return [{ type: "workflow.failed", data: { ...run, error } }]
  if (!agent) return []
  if (error !== null) return [{ type: "agent.failed", data: { ...agent, error } }]
  const duration_seconds = (Date.now() - row.startedAt.getTime()) / 1000
  return [{ type: "agent.completed", data: { ...agent, duration_seconds } }]
}

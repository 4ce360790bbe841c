import type { RunRow } from "../../../platform/db/schema/runs"
import type { RecordedEvent } from "../../../platform/events/event"
import type { WorkflowNode } from "../../../platform/shapes/workflow-node"
import { agentIdsOf } from "../../workflows/definition"

/** Names a workflow's run in events; undefined for an agent's own run. */
export function runRef({ id, workflowId, workflowName }: RunRow) {
  if (workflowId === null) return undefined
  return { run_id: id, workflow_id: workflowId, workflow_name: workflowName }
}

/** Names a step's agent in events. */
export function agentRef(row: RunRow, node: WorkflowNode) {
  return {
    run_id: row.id,
    workflow_id: row.workflowId,
    agent_id: agentIdOf(node),
    node: node.id,
    agent_name: node.name,
  }
}

/** Returns the agent that does a node's work; null for a bare role or a person. */
export function agentIdOf(node: WorkflowNode): string | null {
  return agentIdsOf([node])[0] ?? null
}

/** Names the agent of its own run in events; undefined for a workflow's run. */
export function ownAgentRef(row: RunRow) {
  const [node] = row.definition.nodes
  return row.agentId !== null && node ? agentRef(row, node) : undefined
}

/** Returns the event of a stored run, possibly long before its first step can start. */
export function startOf(row: RunRow): RecordedEvent[] {
  const run = runRef(row)
  const agent = ownAgentRef(row)
  if (run) return [{ type: "workflow.started", data: run }]
  return agent ? [{ type: "agent.started", data: { ...agent, attempt: 1 } }] : []
}

/** Returns the event of a run's end. Call it when the row is final. */
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

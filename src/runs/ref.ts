import type { WorkflowNode } from "../workflows/schema"
import type { ActiveRun } from "./active"

/** How events name a run. */
export function runRef({ row }: Pick<ActiveRun, "row">) {
  return { run_id: row.id, workflow_id: row.workflowId, workflow_name: row.workflowName }
}

/** How events name a step's agent. */
export function agentRef({ row }: Pick<ActiveRun, "row">, node: WorkflowNode) {
  return { run_id: row.id, workflow_id: row.workflowId, node: node.id, agent_name: node.name }
}

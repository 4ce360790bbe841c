import type { WorkflowNode } from "../workflows/schema"
import type { RunRow } from "./table"

/** How events name a run. */
export function runRef(row: RunRow) {
  return { run_id: row.id, workflow_id: row.workflowId, workflow_name: row.workflowName }
}

/** How events name a step's agent. */
export function agentRef(row: RunRow, { id, name }: Pick<WorkflowNode, "id" | "name">) {
  return { run_id: row.id, workflow_id: row.workflowId, node: id, agent_name: name }
}

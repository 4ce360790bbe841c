import { agentTypes } from "../../src/platform/shapes/agent-type"
import { type WorkflowNode, workOf } from "../../src/platform/shapes/workflow-node"

/** Names a node's kind of work. The user's own agents have only an id, which says nothing. */
export function planNote(node: WorkflowNode): string {
  const agent = workOf(node)?.agent
  if (agent === undefined) return "you decide"
  const who = agentTypes.some((type) => type === agent) ? `${agent} agent` : "your agent"
  return node.type === "map" ? `${who}, for each` : who
}

/** Describes a node's kind, approval and condition. */
export function kindNote(node: WorkflowNode): string {
  const condition = node.when === undefined ? "" : `, if ${node.when}`
  switch (node.type) {
    case "gate":
      return `gate, you decide${condition}`
    case "map":
      return `${planNote(node)} of ${node.over}${condition}`
    case "agent":
      return `${planNote(node)}${node.approval ? ", asks you" : ""}${condition}`
  }
}

/** The names of the nodes that a node waits for. */
export function namesBefore({ dependencies }: WorkflowNode, nodes: WorkflowNode[]): string[] {
  return dependencies.map((id) => nodes.find((node) => node.id === id)?.name ?? id)
}

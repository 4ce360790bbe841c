import type { RunNode } from "../../src/features/runs/schema"
import type { WorkflowNode } from "../../src/platform/shapes/workflow-node"
import { statusBadge } from "../runs/status"
import { kindNote, namesBefore } from "./words"

type StepListProps = {
  nodes: WorkflowNode[]
  state?: Record<string, RunNode>
  href?: (node: WorkflowNode) => string
}

/** The graph as text. */
export function StepList({ nodes, state, href }: StepListProps): JSX.Element {
  return (
    <details class="fold step-list" id="step-list">
      <summary>The steps as a list</summary>
      <ol>
        {nodes.map((node) => (
          <li>
            <p>
              {href ? (
                <a href={href(node)} safe>
                  {node.name}
                </a>
              ) : (
                <strong safe>{node.name}</strong>
              )}
              <code safe>{node.id}</code>
              <span class="muted" safe>
                {noteOf(node, nodes, state?.[node.id])}
              </span>
            </p>
            {node.description ? (
              <p class="muted" safe>
                {node.description}
              </p>
            ) : null}
          </li>
        ))}
      </ol>
    </details>
  )
}

function noteOf(node: WorkflowNode, nodes: WorkflowNode[], state: RunNode | undefined): string {
  const after = namesBefore(node, nodes)
  const parts = [
    kindNote(node),
    after.length > 0 ? `after ${after.join(" and ")}` : "at the start",
    state ? statusBadge(state.status).label.toLowerCase() : "",
  ]
  return parts.filter(Boolean).join("; ")
}

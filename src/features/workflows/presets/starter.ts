import type { WorkflowFile } from "../../../platform/shapes/workflow-file"

/** The editor's first text: small, with a gate as an example. */
export const starter: WorkflowFile = {
  name: "My workflow",
  description: "A plan that you approve.",
  nodes: [
    { id: "wishes", name: "Wishes", type: "agent", agent: "discovery", dependencies: [] },
    { id: "look", name: "Look at it", type: "gate", dependencies: ["wishes"] },
    { id: "plan", name: "Plan", type: "agent", agent: "planning", dependencies: ["look"] },
  ],
}

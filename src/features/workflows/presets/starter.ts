import type { WorkflowFile } from "../../../platform/shapes/workflow-file"

/** What the editor begins with: small, and with a gate to show how. */
export const starter: WorkflowFile = {
  name: "My workflow",
  description: "A plan that you approve.",
  nodes: [
    { id: "wishes", name: "Wishes", type: "agent", agent: "discovery", dependencies: [] },
    { id: "look", name: "Look at it", type: "gate", dependencies: ["wishes"] },
    { id: "plan", name: "Plan", type: "agent", agent: "planning", dependencies: ["look"] },
  ],
}

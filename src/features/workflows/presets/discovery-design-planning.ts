import type { WorkflowNode } from "../../../platform/shapes/workflow-node"
import type { Preset } from "../schema"

export const discoveryNode: WorkflowNode = {
  id: "discovery",
  name: "Discovery",
  description: "What is asked for: features, requirements, constraints, open questions.",
  type: "agent",
  agent: "discovery",
  dependencies: [],
}

export const designNode: WorkflowNode = {
  id: "design",
  name: "Design",
  description: "How to build it: components, interfaces, data, decisions, risks.",
  type: "agent",
  agent: "design",
  dependencies: ["discovery"],
}

export const discoveryDesignPlanning: Preset = {
  name: "discovery_design_planning",
  title: "Discovery → Design → Planning",
  description: "Reads your documents and turns them into features, a design and an ordered plan.",
  nodes: [
    discoveryNode,
    designNode,
    {
      id: "planning",
      name: "Planning",
      description: "What to do, in which order, and when it is done.",
      type: "agent",
      agent: "planning",
      dependencies: ["discovery", "design"],
    },
  ],
}

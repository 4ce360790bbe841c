import type { Preset } from "../schema"
import { designNode, discoveryNode } from "./discovery-design-planning"

export const reviewedPlanning: Preset = {
  name: "reviewed_planning",
  title: "Reviewed planning",
  description:
    "A design and a plan that you approve, a change for each task of the plan, and a review of all of them.",
  nodes: [
    discoveryNode,
    designNode,
    {
      id: "approve_design",
      name: "Approve the design",
      description: "Planning starts once you approve the design.",
      type: "gate",
      dependencies: ["design"],
    },
    {
      id: "planning",
      name: "Planning",
      description: "What to do, in which order, and when it is done.",
      type: "agent",
      agent: "planning",
      dependencies: ["discovery", "approve_design"],
      approval: true,
    },
    {
      id: "implementation",
      name: "Implementation",
      description: "A file change for each task. Nothing is applied.",
      type: "map",
      over: "planning.tasks",
      parallelism: 3,
      node: {
        agent: "implementation",
        prompt: "Do this one task only; the others are done beside it.",
      },
      dependencies: ["approve_design", "planning"],
    },
    {
      id: "review",
      name: "Review",
      description: "Whether the changes do what the plan asks for.",
      type: "agent",
      agent: "review",
      dependencies: ["planning", "implementation"],
    },
  ],
}

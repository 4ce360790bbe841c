import { z } from "zod"
import { agentType, agentTypes } from "./agent-type"

const id = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "An id is a letter, then letters, digits, _ or -.")
const name = z.string().trim().min(1).max(200)
const timeout = z.number().positive().max(86_400).optional()
const expression = z.string().trim().min(1).max(2000)

const placed = {
  id,
  name,
  description: z.string().max(2000).optional(),
  dependencies: z.array(z.string()).max(100).default([]),
  /** In CEL, over `input` and the outputs of the dependencies; if it is false, the node is skipped. */
  when: expression.optional(),
}

const noAgent = `Give the id of an agent, or a type: ${agentTypes.join(", ")}.`

const work = {
  /** A type, for a bare role, or the id of an agent. */
  agent: z.union([agentType, z.uuid(noAgent).toLowerCase()], { error: noAgent }),
  /** Added to the role's own task for this node. */
  prompt: z.string().max(20_000).optional(),
  model: z.string().max(200).optional(),
  /** Seconds for all attempts together. */
  timeout,
  retry_attempts: z.number().int().min(0).max(10).optional(),
}

const onError = {
  /** Whether the run fails with the node, or goes on without what it would have made. */
  on_error: z.enum(["fail", "continue"]).optional(),
}

/** A role at work. */
export const agentNode = z.strictObject({
  ...placed,
  type: z.literal("agent"),
  ...work,
  ...onError,
  /** Whether a person must approve what it made before anything goes on from it. */
  approval: z.boolean().optional(),
})

/** A person decides about what its last dependency made. */
export const gateNode = z.strictObject({
  ...placed,
  type: z.literal("gate"),
  dependencies: z.array(z.string()).min(1, "A gate needs a dependency to decide about.").max(100),
  /** Seconds for the decision; without one by then, the gate fails. */
  timeout,
})

/** The same work for each item of a list in an upstream output, and a join after all of them. */
export const mapNode = z.strictObject({
  ...placed,
  type: z.literal("map"),
  /** In CEL, such as `planning.tasks`. */
  over: expression,
  /** Items at a time. */
  parallelism: z.number().int().min(1).max(50).default(4),
  node: z.strictObject({ type: z.literal("agent").optional(), ...work }),
  ...onError,
})

export type AgentNode = z.infer<typeof agentNode>
export type GateNode = z.infer<typeof gateNode>
export type MapNode = z.infer<typeof mapNode>
/** What is asked of a role, by an agent node itself or for each item of a map. */
export type Work = Pick<AgentNode, keyof typeof work>

export const nodeTypes = ["agent", "gate", "map"] as const

/** One node of a workflow, an agent unless it says more. Nodes without a path between them run in parallel. */
export const nodeSchema = z.preprocess(
  (given) =>
    typeof given === "object" && given && !("type" in given) ? { ...given, type: "agent" } : given,
  z.discriminatedUnion("type", [agentNode, gateNode, mapNode], {
    error: ({ input }) => {
      if (typeof input !== "object" || input === null) return "A node is an object."
      const { type } = input as { type?: unknown }
      return `There are no nodes of type "${type}" yet: it is one of ${nodeTypes.join(", ")}.`
    },
  }),
)
export type WorkflowNode = AgentNode | GateNode | MapNode

/** The work of a node, undefined for one that a person does. */
export function workOf(node: WorkflowNode): Work | undefined {
  switch (node.type) {
    case "agent":
      return node
    case "map":
      return node.node
    case "gate":
      return undefined
  }
}

export const graphDefinitionSchema = z.strictObject({
  nodes: z.array(nodeSchema).min(1).max(200),
})
export type GraphDefinition = z.infer<typeof graphDefinitionSchema>

/** The fields that every workflow has. */
export const named = {
  name: z.string().trim().min(1).max(200),
  description: z.string().max(2000).optional(),
}

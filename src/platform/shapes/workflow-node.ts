import { z } from "zod"
import { agentType, agentTypes } from "./agent-type"

const id = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
    "An id starts with a letter, followed by letters, digits, _ or -.",
  )
const name = z.string().trim().min(1).max(200)
const timeout = z.number().positive().max(86_400).optional()
const expression = z.string().trim().min(1).max(2000)

const placed = {
  id,
  name,
  description: z.string().max(2000).optional(),
  dependencies: z.array(z.string()).max(100).default([]),
  /** A CEL expression over `input` and the dependencies' outputs. If false, the node is skipped. */
  when: expression.optional(),
}

const noAgent = `Give the id of an agent, or a type: ${agentTypes.join(", ")}.`

const work = {
  /** A type, for a built-in role, or the id of an agent. */
  agent: z.union([agentType, z.uuid(noAgent).toLowerCase()], { error: noAgent }),
  /** Added to the role's own task for this node. */
  prompt: z.string().max(20_000).optional(),
  model: z.string().max(200).optional(),
  /** Time limit in seconds for all attempts together. */
  timeout,
  retry_attempts: z.number().int().min(0).max(10).optional(),
}

const onError = {
  /** Whether a failure fails the run, or the run continues without this node's output. */
  on_error: z.enum(["fail", "continue"]).optional(),
}

const agentNode = z.strictObject({
  ...placed,
  type: z.literal("agent"),
  ...work,
  ...onError,
  /** Whether a person must approve the output before the run continues from it. */
  approval: z.boolean().optional(),
})

/** A person decides about the output of its last dependency. */
const gateNode = z.strictObject({
  ...placed,
  type: z.literal("gate"),
  dependencies: z.array(z.string()).min(1, "A gate needs a dependency to decide about.").max(100),
  /** Seconds to decide. The gate fails after that. */
  timeout,
})

/** Does the same work for each item of a list in an upstream output, then joins the results. */
const mapNode = z.strictObject({
  ...placed,
  type: z.literal("map"),
  /** A CEL expression, such as `planning.tasks`. */
  over: expression,
  /** Maximum items processed at the same time. */
  parallelism: z.number().int().min(1).max(50).default(4),
  node: z.strictObject({ type: z.literal("agent").optional(), ...work }),
  ...onError,
})

export type AgentNode = z.infer<typeof agentNode>
export type GateNode = z.infer<typeof gateNode>
export type MapNode = z.infer<typeof mapNode>
/** The work of an agent, from an agent node itself or for each item of a map. */
export type Work = Pick<AgentNode, keyof typeof work>

const nodeTypes = ["agent", "gate", "map"] as const

/** One node, of type agent by default. Nodes with no path between them run in parallel. */
export const nodeSchema = z.preprocess(
  (given) =>
    typeof given === "object" && given && !("type" in given) ? { ...given, type: "agent" } : given,
  z.discriminatedUnion("type", [agentNode, gateNode, mapNode], {
    error: ({ input }) => {
      if (typeof input !== "object" || input === null) return "A node must be an object."
      const { type } = input as { type?: unknown }
      return `There is no node type "${type}". Types are ${nodeTypes.join(", ")}.`
    },
  }),
)
export type WorkflowNode = AgentNode | GateNode | MapNode

/** A node's work; undefined for a gate, where a person does it. */
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

export const named = {
  name: z.string().trim().min(1).max(200),
  description: z.string().max(2000).optional(),
}

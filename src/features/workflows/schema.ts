import { z } from "zod"
import { runStatus } from "../../platform/shapes/run"
import {
  type GraphDefinition,
  graphDefinitionSchema,
  type WorkflowNode,
} from "../../platform/shapes/workflow-node"

const named = {
  name: z.string().trim().min(1).max(200),
  description: z.string().max(2000).optional(),
}

/** Exactly one of preset and graph_definition. */
export const workflowInput = z
  .strictObject({
    ...named,
    preset: z.string().optional(),
    graph_definition: graphDefinitionSchema.optional(),
  })
  .refine((input) => (input.preset === undefined) !== (input.graph_definition === undefined), {
    message: "Give either a preset or a graph_definition: just one of them.",
    path: ["graph_definition"],
  })
export type WorkflowInput = z.infer<typeof workflowInput>

/** What is given changes; runs keep the definition that they started with. */
export const workflowChange = z.strictObject({
  name: named.name.optional(),
  description: named.description,
  graph_definition: graphDefinitionSchema.optional(),
  version: z.number().int().positive().optional(),
})
export type WorkflowChange = z.infer<typeof workflowChange>

/** A workflow as a file that people write; the nodes may also stand as they do in the API. */
export const workflowFile = z.preprocess(
  (given) => {
    const { graph_definition: graph, ...rest } = Object(given)
    return typeof graph === "object" && graph && !("nodes" in rest) ? { ...rest, ...graph } : given
  },
  z.strictObject({
    name: named.name.optional(),
    description: named.description,
    ...graphDefinitionSchema.shape,
  }),
)
export type WorkflowFile = z.infer<typeof workflowFile>

export const workflowStatus = z.enum(["idle", ...runStatus.options])
export type WorkflowStatus = z.infer<typeof workflowStatus>

/** A workflow as a client sees it. Status and progress are those of its newest run. */
export type Workflow = {
  id: string
  name: string
  description: string
  status: WorkflowStatus
  progress: number
  preset: string | null
  graph_definition: GraphDefinition
  nodes: WorkflowNode[]
  version: number
  started_at: string | null
  completed_at: string | null
  created_at: string
  updated_at: string
}

export type Preset = { name: string; title: string; description: string; nodes: WorkflowNode[] }

/** One thing wrong with the text of a definition, and where. */
export type Fault = {
  line: number
  /** The id of the node it is about; null if it is about none. */
  node: string | null
  message: string
}

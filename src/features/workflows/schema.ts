import { z } from "zod"
import { runStatus } from "../../platform/shapes/run"
import {
  type GraphDefinition,
  graphDefinitionSchema,
  named,
  type WorkflowNode,
} from "../../platform/shapes/workflow-node"

/** Needs exactly one of `preset` and `graph_definition`. */
export const workflowInput = z
  .strictObject({
    ...named,
    preset: z.string().optional(),
    graph_definition: graphDefinitionSchema.optional(),
  })
  .refine((input) => (input.preset === undefined) !== (input.graph_definition === undefined), {
    message: "Give either a preset or a graph_definition, not both.",
    path: ["graph_definition"],
  })
export type WorkflowInput = z.infer<typeof workflowInput>

/** Changes the given fields. Runs keep the definition that they started with. */
export const workflowChange = z.strictObject({
  name: named.name.optional(),
  description: named.description,
  graph_definition: graphDefinitionSchema.optional(),
  version: z.number().int().positive().optional(),
})
export type WorkflowChange = z.infer<typeof workflowChange>

const workflowStatus = z.enum(["idle", ...runStatus.options])
export type WorkflowStatus = z.infer<typeof workflowStatus>

/** A workflow as clients see it. Status and progress are its newest run's. */
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

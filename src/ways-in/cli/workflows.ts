import type { Workflow } from "../../features/workflows/schema"
import { writeSource } from "../../platform/shapes/workflow-file"
import type { Client } from "../client/client"
import { answer } from "./answer"
import type { Context } from "./context"
import { workflows } from "./nouns"
import { type Add, under, withCommonOptions } from "./options"
import { readDefinition } from "./run/target"
import type { CommonOptions } from "./settings"

type Definition = Pick<Workflow, "name" | "description" | "nodes">

function exportWorkflow(context: Context, id: string, options: CommonOptions) {
  return answer(context, options, async ({ client }) => {
    const { name, description, nodes } = await definitionOf(client, id)
    return { json: { name, description, nodes }, text: writeSource({ name, description, nodes }) }
  })
}

async function importWorkflow(context: Context, file: string, options: CommonOptions) {
  const { name, description, graph } = await readDefinition(context, file)
  return answer(context, options, async ({ client }) => {
    const made = await client.createWorkflow({ name, description, graph_definition: graph })
    return { json: made, text: `${made.id}: ${made.name}\n` }
  })
}

function duplicateWorkflow(context: Context, id: string, options: CommonOptions) {
  return answer(context, options, async ({ client }) => {
    const { name, description, nodes } = await definitionOf(client, id)
    const copy = { name: `${name.slice(0, 190)} (copy)`, description, graph_definition: { nodes } }
    const made = await client.createWorkflow(copy)
    return { json: made, text: `${made.id}: ${made.name}\n` }
  })
}

/** Returns the definition of a preset, by name, or of a stored workflow. */
async function definitionOf(client: Client, id: string): Promise<Definition> {
  const preset = (await client.listPresets()).find(({ name }) => name === id)
  return preset ? { ...preset, name: preset.title } : client.getWorkflow(id)
}

export const addFiles: Add = (program, does) => {
  const command = under(program, workflows.name)
  withCommonOptions(command.command("export <id>"))
    .description("print one, or a preset, as a file to import or run")
    .action(does(exportWorkflow))
  withCommonOptions(command.command("import <file>"))
    .description("create one from a definition file")
    .action(does(importWorkflow))
  withCommonOptions(command.command("duplicate <id>"))
    .description("copy one, or a preset")
    .action(does(duplicateWorkflow))
}

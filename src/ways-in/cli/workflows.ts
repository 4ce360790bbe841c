import type { Workflow } from "../../features/workflows/schema"
import { writeSource } from "../../platform/shapes/workflow-file"
import type { Client } from "../client/client"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { readDefinition } from "./run/target"
import { type CommonOptions, loadConfig } from "./settings"

type Definition = Pick<Workflow, "name" | "description" | "nodes">

/** Prints a workflow or preset as a file that can be imported or run. */
export function exportWorkflow(context: Context, id: string, options: CommonOptions) {
  return answer(context, options, async (client) => {
    const { name, description, nodes } = await definitionOf(client, id)
    return { json: { name, description, nodes }, text: writeSource({ name, description, nodes }) }
  })
}

export async function importWorkflow(context: Context, file: string, options: CommonOptions) {
  const { name, description, graph } = await readDefinition(context, file)
  return answer(context, options, async (client) => {
    const made = await client.createWorkflow({ name, description, graph_definition: graph })
    return { json: made, text: `${made.id}: ${made.name}\n` }
  })
}

export function duplicateWorkflow(context: Context, id: string, options: CommonOptions) {
  return answer(context, options, async (client) => {
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

async function answer(
  context: Context,
  options: CommonOptions,
  ask: (client: Client) => Promise<{ json: unknown; text: string }>,
): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  return withConnection(context, { config, options }, async ({ client }) => {
    const { json, text } = await ask(client)
    await context.terminal.out(options.json ? `${JSON.stringify(json)}\n` : text)
    return exitCodes.done
  })
}

import { stat } from "node:fs/promises"
import { basename, resolve } from "node:path"
import { isDeepStrictEqual } from "node:util"
import type { Preset, Workflow } from "../../../features/workflows/schema"
import { nearest } from "../../../platform/config/spelling"
import { readSource } from "../../../platform/shapes/workflow-file"
import type { GraphDefinition } from "../../../platform/shapes/workflow-node"
import type { Client } from "../../client/client"
import type { Context } from "../context"
import { UsageError } from "../failure"
import { readText } from "../read-file"

/** What to run: a preset by name, or a definition read from a file. */
export type Target = { kind: "preset"; name: string } | Definition
export type Definition = {
  kind: "definition"
  name: string
  description: string
  graph: GraphDefinition
}

/** Reads a definition if the argument is a file or looks like a path; otherwise it is a preset. */
export async function readTarget(context: Context, given: string): Promise<Target> {
  const isFile = await stat(resolve(context.cwd, given)).then(
    (info) => info.isFile(),
    () => false,
  )
  if (isFile) return readDefinition(context, given)
  if (/[\\/]|\.json$/i.test(given)) throw new UsageError(`There is no file ${given}.`)
  return { kind: "preset", name: given }
}

/** Reads a definition, named after its file by default. Throws a UsageError that lists all faults. */
export async function readDefinition(context: Context, given: string): Promise<Definition> {
  const text = await readText(context, given)
  const { file, faults } = readSource(text)
  if (!file) {
    const lines = faults.map(({ line, node, message }) => {
      return `  line ${line}: ${node === null ? "" : `${node}: `}${message}`
    })
    throw new UsageError(`${given} is not a workflow definition.\n${lines.join("\n")}`)
  }
  const { name = basename(given).replace(/\.json$/i, ""), description = "", nodes } = file
  return { kind: "definition", name, description, graph: { nodes } }
}

/** Returns the workflow with this name and exactly these nodes, creating it if necessary. */
export async function ensureWorkflow(client: Client, target: Target): Promise<Workflow> {
  if (target.kind === "preset") {
    const { name, title, nodes } = await presetOf(client, target.name)
    const isMade = (it: Workflow) => it.preset === name && isDeepStrictEqual(it.nodes, nodes)
    const made = await findWorkflow(client, isMade)
    return made ?? (await client.createWorkflow({ name: title, preset: name }))
  }
  const { name, description, graph } = target
  const isMade = (it: Workflow) => it.name === name && isDeepStrictEqual(it.nodes, graph.nodes)
  const made = await findWorkflow(client, isMade)
  return made ?? (await client.createWorkflow({ name, description, graph_definition: graph }))
}

async function presetOf(client: Client, name: string): Promise<Preset> {
  const presets = await client.listPresets()
  const preset = presets.find((preset) => preset.name === name)
  if (preset) return preset
  const names = presets.map((preset) => preset.name)
  const meant = nearest(name, names)
  throw new UsageError(
    `There is no preset or file ${name}. ` +
      (meant ? `Did you mean ${meant}?` : `Presets: ${names.join(", ")}.`),
  )
}

const pageSize = 200

async function findWorkflow(
  client: Client,
  fits: (workflow: Workflow) => boolean,
): Promise<Workflow | undefined> {
  let before: string | undefined
  for (;;) {
    const page = await client.listWorkflows({ limit: pageSize, before })
    const found = page.find(fits)
    before = page.at(-1)?.id
    if (found || page.length < pageSize) return found
  }
}

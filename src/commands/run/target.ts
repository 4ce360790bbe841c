import { readFile, stat } from "node:fs/promises"
import { basename, resolve } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { z } from "zod"
import type { Client } from "../../client"
import { nearest } from "../../config/spelling"
import { messageOf } from "../../errors"
import {
  type GraphDefinition,
  graphDefinitionSchema,
  type Preset,
  type Workflow,
} from "../../workflows/schema"
import type { Context } from "../context"
import { UsageError } from "../failure"

/** What to run: a preset by its name, or a definition that was read from a file. */
export type Target =
  | { kind: "preset"; name: string }
  | { kind: "definition"; name: string; description: string; graph: GraphDefinition }

const named = {
  name: z.string().trim().min(1).max(200).optional(),
  description: z.string().optional(),
}
const fileSchema = z.union([
  z.strictObject({ ...named, ...graphDefinitionSchema.shape }),
  z.strictObject({ ...named, graph_definition: graphDefinitionSchema }),
])

/** A file if there is one of that name or it looks like a path, else a preset. */
export async function readTarget({ cwd }: Context, given: string): Promise<Target> {
  const path = resolve(cwd, given)
  const isFile = await stat(path).then(
    (info) => info.isFile(),
    () => false,
  )
  if (isFile) return readDefinition(path, given)
  if (/[\\/]|\.json$/i.test(given)) throw new UsageError(`There is no file ${given}.`)
  return { kind: "preset", name: given }
}

async function readDefinition(path: string, given: string): Promise<Target> {
  const parsed = fileSchema.safeParse(await readJson(path, given))
  if (!parsed.success) {
    throw new UsageError(`${given} is no workflow definition.\n${issuesOf(parsed.error)}`)
  }
  const { name = basename(path).replace(/\.json$/i, ""), description = "" } = parsed.data
  const graph =
    "graph_definition" in parsed.data ? parsed.data.graph_definition : { nodes: parsed.data.nodes }
  return { kind: "definition", name, description, graph }
}

async function readJson(path: string, given: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"))
  } catch (error) {
    throw new UsageError(`${given} can't be read as JSON: ${messageOf(error)}`)
  }
}

/** Of the two shapes of a file, the issues of the one that was more nearly right. */
function issuesOf(error: z.ZodError): string {
  const [issue] = error.issues
  const shapes = issue?.code === "invalid_union" ? issue.errors : [error.issues]
  const nearer = [...shapes].sort((a, b) => depth(b) - depth(a))[0] ?? error.issues
  return nearer.map(({ path, message }) => `  ${path.join(".") || "file"}: ${message}`).join("\n")
}

function depth(issues: { path: PropertyKey[] }[]): number {
  return Math.max(...issues.map(({ path }) => path.length))
}

/**
 * The workflow of that name with exactly these nodes, made if there is none yet. Throws a
 * UsageError for an unknown preset, an ApiError "ValidationError" for a graph that can't be run.
 */
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
    `There is no preset and no file ${name}. ` +
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
    const page = await client.listWorkflows({ limit: pageSize, ...(before ? { before } : {}) })
    const found = page.find(fits)
    before = page.at(-1)?.id
    if (found || page.length < pageSize) return found
  }
}

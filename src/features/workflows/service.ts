import type { Page } from "../../platform/db/page"
import type { WorkflowRow } from "../../platform/db/schema/workflows"
import { AppError, issuesOf } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import type { Fault, WorkflowFile } from "../../platform/shapes/workflow-file"
import { readSource } from "../../platform/shapes/workflow-file"
import type { GraphDefinition } from "../../platform/shapes/workflow-node"
import { takeSnapshots } from "../agents/config"
import type { AgentDeps } from "../agents/deps"
import type { NewestRun } from "../agents/run-history"
import { agentIdsOf, checkAgents, checkDefinition } from "./definition"
import { findPreset, presets } from "./presets"
import type { Preset, Workflow, WorkflowChange, WorkflowInput } from "./schema"
import * as store from "./store"

/** Makes a workflow from a preset or an own definition, which is checked first. */
export async function createWorkflow(deps: AgentDeps, input: WorkflowInput): Promise<Workflow> {
  const definition = input.graph_definition
    ? await check(deps, input.graph_definition)
    : { nodes: requirePreset(input.preset ?? "").nodes }
  const row = await store.insertWorkflow(deps.db, {
    name: input.name,
    description: input.description ?? findPreset(input.preset ?? "")?.description ?? "",
    preset: input.preset ?? null,
    definition,
  })
  if (!row) throw new Error("An insert gave no row.")
  return present(row, undefined)
}

export async function listWorkflows(deps: AgentDeps, page: Page): Promise<Workflow[]> {
  const rows = await store.listWorkflows(deps.db, page)
  const ids = rows.map(({ id }) => id)
  const newest = await deps.runHistory.newest("workflowId", ids)
  return rows.map((row) => present(row, newest.get(row.id)))
}

export async function getWorkflow(deps: AgentDeps, id: string): Promise<Workflow> {
  const row = await store.findWorkflow(deps.db, id)
  if (!row)
    throw new AppError("WorkflowNotFoundError", "There is no workflow with this id.", { id })
  const newest = await deps.runHistory.newest("workflowId", [id])
  return present(row, newest.get(id))
}

/** Throws ConcurrentModificationError if `version` is given and is not the present one. */
export async function changeWorkflow(
  deps: AgentDeps,
  id: string,
  { version, graph_definition, ...named }: WorkflowChange,
): Promise<Workflow> {
  const present = await getWorkflow(deps, id)
  const definition = graph_definition && (await check(deps, graph_definition))
  // With a definition of its own it is no longer what the preset says.
  const change = { ...named, ...(definition ? { definition, preset: null } : {}) }
  const row = await store.updateWorkflow(deps.db, id, version ?? present.version, change)
  if (row) return getWorkflow(deps, id)
  throw new AppError("ConcurrentModificationError", "Someone else changed this workflow first.", {
    id,
    version,
    current_version: present.version,
    help: "Read the workflow again and change that one.",
  })
}

/**
 * What somebody types as the definition of a workflow, and all that is wrong with it. The file is
 * there as soon as its shape is right, so that it can be drawn.
 */
export async function checkSource(
  deps: AgentDeps,
  text: string,
): Promise<{ file?: WorkflowFile; faults: Fault[] }> {
  const { file, faults, faultsOf } = readSource(text)
  if (!file) return { faults }
  try {
    await check(deps, { nodes: file.nodes })
    return { file, faults }
  } catch (error) {
    if (!(error instanceof AppError) || error.name !== "ValidationError") throw error
    return { file, faults: [...faults, ...faultsOf(issuesOf(error))] }
  }
}

/** A further workflow that is the same, under a name of its own. */
export function duplicateWorkflow(
  deps: AgentDeps,
  { name, description, nodes }: Pick<Workflow, "name" | "description" | "nodes">,
): Promise<Workflow> {
  const copy = `${name.slice(0, 190)} (copy)`
  return createWorkflow(deps, { name: copy, description, graph_definition: { nodes } })
}

/** Deletes a workflow with its runs. Throws WorkflowStateError while one of them is not over. */
export async function deleteWorkflow(deps: AgentDeps, id: string): Promise<void> {
  const { name } = await getWorkflow(deps, id)
  await transact(deps, async (deps) => {
    await deps.runHistory.deleteAll(deps, { workflowId: id }, name)
    await store.deleteWorkflow(deps.db, id)
  })
}

/** The workflow with this id, made of what is known of it if there is none. */
export async function adoptWorkflow(
  { db }: Pick<AgentDeps, "db">,
  workflow: Pick<WorkflowRow, "id" | "name" | "definition">,
): Promise<WorkflowRow> {
  const row = await store.findWorkflow(db, workflow.id)
  const adopted = row ?? (await store.insertWorkflow(db, workflow))
  if (!adopted) throw new Error("An insert gave no row.")
  return adopted
}

/** The workflow that was made of a preset, if there is one. */
export async function findPresetWorkflow(
  deps: AgentDeps,
  name: string,
): Promise<Workflow | undefined> {
  const row = await store.findPresetWorkflow(deps.db, name)
  if (!row) return undefined
  return present(row, (await deps.runHistory.newest("workflowId", [row.id])).get(row.id))
}

/** The workflow that was made of a preset, or a new one. */
export async function usePreset(deps: AgentDeps, { name, title }: Preset): Promise<Workflow> {
  const existing = await findPresetWorkflow(deps, name)
  return existing ?? createWorkflow(deps, { name: title, preset: name })
}

export function countWorkflows({ db }: AgentDeps): Promise<number> {
  return store.countWorkflows(db)
}

async function check(deps: AgentDeps, definition: GraphDefinition): Promise<GraphDefinition> {
  const known = await takeSnapshots(deps, agentIdsOf(definition.nodes))
  checkAgents(checkDefinition(definition), Object.keys(known))
  return definition
}

function requirePreset(name: string) {
  const preset = findPreset(name)
  if (preset) return preset
  const known = presets.map(({ name }) => name)
  const message = `There is no preset "${name}". Known: ${known.join(", ")}.`
  throw new AppError("ValidationError", message, { issues: [{ path: "preset", message }], known })
}

function present(row: WorkflowRow, newest: NewestRun | undefined): Workflow {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    status: newest?.status ?? "idle",
    progress: newest?.progress ?? 0,
    preset: row.preset,
    graph_definition: row.definition,
    nodes: row.definition.nodes,
    version: row.version,
    started_at: newest?.started_at ?? null,
    completed_at: newest?.completed_at ?? null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  }
}

import type { Page } from "../../platform/db/page"
import type { WorkflowRow } from "../../platform/db/schema/workflows"
import type { DbDeps } from "../../platform/deps"
import { AppError, invalid, issuesOf, outdated } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import { type Fault, readSource, type WorkflowFile } from "../../platform/shapes/workflow-file"
import type { GraphDefinition } from "../../platform/shapes/workflow-node"
import { takeSnapshots } from "../agents/config"
import type { AgentDeps } from "../agents/deps"
import type { NewestRun } from "../agents/run-history"
import { agentIdsOf, checkAgents, checkDefinition } from "./definition"
import { findPreset, presets } from "./presets"
import type { Preset, Workflow, WorkflowChange, WorkflowInput } from "./schema"
import * as store from "./store"

/** Creates a workflow from a preset, or from a definition after checking it. */
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

/** Changes a workflow. Throws ConcurrentModificationError if `version` is given and outdated. */
export async function changeWorkflow(
  deps: AgentDeps,
  id: string,
  { version, graph_definition, ...named }: WorkflowChange,
): Promise<Workflow> {
  const present = await getWorkflow(deps, id)
  const definition = graph_definition && (await check(deps, graph_definition))
  // With its own definition it no longer follows the preset.
  const change = { ...named, ...(definition ? { definition, preset: null } : {}) }
  const row = await store.updateWorkflow(deps.db, id, version ?? present.version, change)
  if (row) return getWorkflow(deps, id)
  throw outdated("workflow", { id, version, current_version: present.version })
}

/** Returns every fault, and the file as soon as it fits the schema, so the page can draw it. */
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

export function duplicateWorkflow(
  deps: AgentDeps,
  { name, description, nodes }: Pick<Workflow, "name" | "description" | "nodes">,
): Promise<Workflow> {
  const copy = `${name.slice(0, 190)} (copy)`
  return createWorkflow(deps, { name: copy, description, graph_definition: { nodes } })
}

/** Deletes a workflow and its runs. Throws WorkflowStateError if one of them is not finished. */
export async function deleteWorkflow(deps: AgentDeps, id: string): Promise<void> {
  const { name } = await getWorkflow(deps, id)
  await transact(deps, async (deps) => {
    await deps.runHistory.deleteAll(deps, { workflowId: id }, name)
    await store.deleteWorkflow(deps.db, id)
  })
}

/** Returns the workflow with this id. Creates it from the given fields if it doesn't exist. */
export async function adoptWorkflow(
  { db }: DbDeps,
  workflow: Pick<WorkflowRow, "id" | "name" | "definition">,
): Promise<WorkflowRow> {
  return (await store.findWorkflow(db, workflow.id)) ?? store.insertWorkflow(db, workflow)
}

export async function findPresetWorkflow(
  deps: AgentDeps,
  name: string,
): Promise<Workflow | undefined> {
  const row = await store.findPresetWorkflow(deps.db, name)
  if (!row) return undefined
  return present(row, (await deps.runHistory.newest("workflowId", [row.id])).get(row.id))
}

/** Returns the workflow that was created from a preset. Creates it if necessary. */
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
  const sentence = `There is no preset "${name}". Known presets: ${known.join(", ")}.`
  throw invalid("preset", sentence, { known })
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

import type { Db } from "../../../platform/db/db"
import { type RunRow, type StepRow, WHOLE_MAP } from "../../../platform/db/schema/runs"
import type { WorkflowNode } from "../../../platform/shapes/workflow-node"
import { upstreamOf } from "../../workflows/definition"
import type { Scope } from "../../workflows/expression"
import { listMade } from "../artifact-store"
import * as stepStore from "../step-store"

/**
 * Returns what the node's dependencies made, by their ids; a gate passes on what it let through. They
 * come in the order of the dependencies, not of their ends, so that a restarted run asks the same.
 */
export async function artifactsFor(db: Db, { id, definition }: RunRow, node: WorkflowNode) {
  const ids = sourcesOf(definition.nodes, node)
  if (ids.length === 0) return {}
  const made = await listMade(db, id, ids)
  const upstream = ids.flatMap((id) => made.find(({ node }) => node === id) ?? [])
  return Object.fromEntries(upstream.map(({ node, content, data }) => [node, { content, data }]))
}

/** Returns what a node's expressions may name: everything made upstream, null where nothing was. */
export async function scopeFor(db: Db, row: RunRow, node: WorkflowNode): Promise<Scope> {
  const ids = upstreamOf(row.definition.nodes, node)
  const made = await listMade(db, row.id, ids)
  const steps = newestSteps(await stepStore.listStepsOf(db, row.id, ids))
  const outputs = ids.map((id) => {
    const artifact = made.find(({ node }) => node === id)
    return [id, artifact?.data ?? steps.get(id)?.output ?? null]
  })
  return { input: row.input, outputs: Object.fromEntries(outputs) }
}

/** Returns the step that stands for each node: its last revision, and the whole of a map. */
export function newestSteps(steps: readonly StepRow[]): Map<string, StepRow> {
  const newest = new Map<string, StepRow>()
  for (const step of steps) {
    const other = newest.get(step.node)
    if (!other || rank(step) > rank(other)) newest.set(step.node, step)
  }
  return newest
}

function rank({ iteration, mapIndex }: StepRow): number {
  return 2 * iteration + (mapIndex === WHOLE_MAP ? 1 : 0)
}

/** Returns the nodes whose artifacts a node gets: its dependencies, and those behind a gate. */
function sourcesOf(nodes: readonly WorkflowNode[], { dependencies }: WorkflowNode): string[] {
  const found = dependencies.flatMap((id) => {
    const dependency = nodes.find((node) => node.id === id)
    return dependency?.type === "gate" ? sourcesOf(nodes, dependency) : [id]
  })
  return [...new Set(found)]
}

import type { Citation } from "../../../platform/shapes/citation"
import type { AgentNode, MapNode, Work } from "../../../platform/shapes/workflow-node"

/** The work of a step: a node's, at one place of the run. */
export type Task = {
  node: AgentNode | MapNode
  work: Work
  /** Counts the revisions that people asked for. */
  iteration: number
  mapIndex: number
  /** What it is about, for one of the items of a map. */
  item?: unknown
  revision?: Revision
}

/** What a person wants changed of an earlier version. */
export type Revision = { feedback: string; content: string }

/** The work of an agent node, or of one item of a map. */
export function taskOf(
  node: AgentNode | MapNode,
  more: Partial<Pick<Task, "iteration" | "mapIndex" | "item" | "revision">> = {},
): Task {
  const work = node.type === "map" ? node.node : node
  return { node, work, iteration: 0, mapIndex: 0, ...more }
}

/** Under which name the progress of a task is kept: a map's own is that of all its items. */
export function progressKey({ node, mapIndex }: Task): string {
  return node.type === "map" ? `${node.id}#${mapIndex}` : node.id
}

/** What a step made, for people and for machines. */
export type Made = { content: string; data: unknown; citations: Citation[] }

/** What the role is told beside its task: the node's words, the item, and what a person wants. */
export function instructionsOf({ work, item, revision }: Task): string {
  const parts = [work.prompt ?? ""]
  if (item !== undefined) parts.push(`# The one item to work on\n${textOf(item)}`)
  if (revision) {
    parts.push(`# What the reviewer wants changed\n${revision.feedback}`)
    parts.push(`# Your version that the reviewer saw\n${revision.content}`)
  }
  return parts.filter(Boolean).join("\n\n")
}

function textOf(item: unknown): string {
  return typeof item === "string" ? item : JSON.stringify(item, null, 2)
}

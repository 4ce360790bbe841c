import { WHOLE_MAP } from "../../../platform/db/schema/runs"
import type { StepDeps } from "../deps"
import { agentRef, runRef } from "../read/ref"
import type { ActiveRun } from "./active"
import type { NodeStep } from "./plan"

/** Returns a function that tells everybody how far a step is, 0..1, and what it is doing. */
export function reporter(deps: StepDeps, run: ActiveRun, planned: NodeStep) {
  return (progress: number, message: string) => {
    run.progress.set(progressKey(planned), { progress, message })
    const whole = runRef(run.row)
    if (whole) {
      const data = { ...whole, progress: progressOf(run) }
      deps.events.publish({ type: "workflow.progress", data })
    }
    deps.events.publish({
      type: "agent.progress",
      data: { ...refOf(run, planned), progress, message },
    })
  }
}

/** The pause between two events about a growing text. */
const WRITING_MS = 150

/** Keeps what a step's model writes, and tells everybody when it has grown. */
export function writer(deps: StepDeps, run: ActiveRun, planned: NodeStep) {
  const key = progressKey(planned)
  let telling: Timer | undefined
  const tell = () => {
    telling = undefined
    const characters = run.writing.get(key)?.length
    if (characters === undefined) return
    deps.events.publish({ type: "agent.stream", data: { ...refOf(run, planned), characters } })
  }
  return {
    /** Forgets the text before: the model is asked once more. */
    begin: () => run.writing.set(key, ""),
    add(text: string) {
      run.writing.set(key, (run.writing.get(key) ?? "") + text)
      if (telling === undefined) telling = setTimeout(tell, WRITING_MS)
    },
  }
}

/** The key of a step's progress and text. A map's own key is that of all its items together. */
export function progressKey({ key, node }: NodeStep): string {
  return node.type === "map" ? itemKey(node.id, key.mapIndex) : node.id
}

export function itemKey(node: string, mapIndex: number): string {
  return `${node}#${mapIndex}`
}

/**
 * True if events announce the step. An agent that runs by itself is announced with its run instead,
 * and a map by its items.
 */
export function isAnnounced({ row }: ActiveRun, { key, node }: NodeStep): boolean {
  return row.workflowId !== null && node.type !== "gate" && key.mapIndex !== WHOLE_MAP
}

/** How events name a step. */
export function refOf({ row }: ActiveRun, { key, node }: NodeStep) {
  return { ...agentRef(row, node), ...(node.type === "map" ? { map_index: key.mapIndex } : {}) }
}

/** A line of the log, with the number of the map's item that it is about. */
export function lineOf({ key, node }: NodeStep, text: string): string {
  const isItem = node.type === "map" && key.mapIndex !== WHOLE_MAP
  return isItem ? `item ${key.mapIndex + 1} ${text}` : text
}

/** How far the whole run is, 0..1, judged by its ended and its running steps. */
function progressOf({ row, finished, progress }: ActiveRun): number {
  const { nodes } = row.definition
  const running = nodes.reduce((sum, { id }) => sum + (progress.get(id)?.progress ?? 0), 0)
  return (finished.size + running) / nodes.length
}

import { z } from "zod"
import { type StepRow, WHOLE_MAP } from "../../../platform/db/schema/runs"
import { AppError } from "../../../platform/errors"
import type { MapNode } from "../../../platform/shapes/workflow-node"
import { evaluate } from "../../workflows/expression"
import { listItems } from "../artifact-store"
import type { StepDeps } from "../deps"
import { isFinished } from "../read/present"
import * as stepStore from "../step-store"
import type { ActiveRun } from "./active"
import { joinItems } from "./map-join"
import { refuseWhileDraining, runStep } from "./step"
import { begin, fail, finish, placeOf, type Spot, skip } from "./step-records"
import { type Revision, taskOf } from "./task"
import { scopeFor } from "./upstream"

const ITEMS_MAX = 1000

/** A map's list is kept with its step, so that a restart works on the same items. */
const inputSchema = z.object({ items: z.array(z.unknown()) })

/**
 * Does a map's work for each item, `parallelism` of them at a time, and joins what they made; the
 * row of the whole. Throws as `runStep` does, when no item is at work any more.
 */
export async function runMap(
  deps: StepDeps,
  run: ActiveRun,
  node: MapNode,
  { iteration = 0, revision }: { iteration?: number; revision?: Revision } = {},
): Promise<StepRow> {
  const whole: Spot = { node, iteration, mapIndex: WHOLE_MAP }
  let step = await stepStore.findStep(deps.db, placeOf(run, whole))
  if (step && isFinished(step.status)) return step
  refuseWhileDraining(run)
  if (!step) {
    const items = await itemsOf(deps, run, node)
    if (items instanceof AppError) {
      return fail(deps, run, whole, await begin(deps, run, whole), items)
    }
    step = await begin(deps, run, whole, { items })
  }
  const { items } = inputSchema.parse(step.input)
  const steps = await doItems(deps, run, node, items, { iteration, ...(revision && { revision }) })
  const failed = steps.filter(({ status, tolerated }) => status === "failed" && !tolerated)
  if (failed.length > 0) {
    const sentence = `${failed.length} of ${items.length} items failed, the first with: ${failed[0]?.error}`
    return fail(deps, run, whole, step, new AppError("AgentExecutionError", sentence))
  }
  if (steps.some(({ status }) => status === "skipped")) {
    return skip(deps, run, whole, step, "another step failed")
  }
  const made = joinItems(items, steps, await listItems(deps.db, run.row.id, node.id))
  return finish(deps, run, whole, step, { input: { items }, output: made.data, made })
}

async function itemsOf(
  { db }: StepDeps,
  run: ActiveRun,
  node: MapNode,
): Promise<unknown[] | AppError> {
  try {
    const items = evaluate(node.over, await scopeFor(db, run.row, node))
    if (Array.isArray(items) && items.length <= ITEMS_MAX) return items
    const what = Array.isArray(items) ? `more than ${ITEMS_MAX} items` : "no list"
    return new AppError("ValidationError", `"${node.over}" gives ${what}.`, { over: node.over })
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

async function doItems(
  deps: StepDeps,
  run: ActiveRun,
  node: MapNode,
  items: unknown[],
  more: { iteration: number; revision?: Revision },
): Promise<StepRow[]> {
  const steps: StepRow[] = []
  let next = 0
  let done = 0
  const report = () => {
    const message = `${node.name}: ${done} of ${items.length} done`
    run.progress.set(node.id, { progress: done / items.length, message })
  }
  async function work(): Promise<void> {
    while (next < items.length) {
      const mapIndex = next++
      const task = taskOf(node, { ...more, mapIndex, item: items[mapIndex] })
      steps[mapIndex] = await runStep(deps, run, task)
      done++
      report()
    }
  }
  report()
  const workers = Array.from({ length: Math.min(node.parallelism, items.length) }, work)
  const ended = await Promise.allSettled(workers)
  run.progress.delete(node.id)
  const broken = ended.find((it) => it.status === "rejected")
  if (broken) throw broken.reason
  return steps
}

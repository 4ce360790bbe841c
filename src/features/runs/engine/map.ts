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
import { fail, skip } from "./endings"
import { joinItems } from "./map-join"
import { type NodeStep, planItem, type StepPlan } from "./plan"
import { begin, finish, refuseWhileDraining, runStep } from "./step"
import { scopeFor } from "./upstream"

const ITEMS_MAX = 1000

/** A map's list is stored with its step, so that a restart works on the same items. */
const inputSchema = z.object({ items: z.array(z.unknown()) })

/**
 * Works on each item of a map, `parallelism` of them at a time, and joins what they made. Returns the
 * row of the whole map. Throws as `runStep` does, once no item is being worked on.
 */
export async function runMap(
  deps: StepDeps,
  run: ActiveRun,
  node: MapNode,
  plan: StepPlan,
): Promise<StepRow> {
  const whole: NodeStep = { node, key: { ...plan.key, mapIndex: WHOLE_MAP } }
  let step = await stepStore.findStep(deps.db, whole.key)
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
  const steps = await doItems(deps, run, node, plan, items)
  const failed = steps.filter(({ status, tolerated }) => status === "failed" && !tolerated)
  if (failed.length > 0) {
    const sentence = `${failed.length} of ${items.length} items failed. The first error: ${failed[0]?.error}`
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
    const what = Array.isArray(items) ? `has more than ${ITEMS_MAX} items` : "is not a list"
    return new AppError("ValidationError", `"${node.over}" ${what}.`, { over: node.over })
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

async function doItems(
  deps: StepDeps,
  run: ActiveRun,
  node: MapNode,
  plan: StepPlan,
  items: unknown[],
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
      steps[mapIndex] = await runStep(deps, run, planItem(plan, mapIndex, items[mapIndex]))
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

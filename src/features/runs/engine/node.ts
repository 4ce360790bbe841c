import { type StepRow, WHOLE_MAP } from "../../../platform/db/schema/runs"
import type { AgentNode, GateNode, WorkflowNode } from "../../../platform/shapes/workflow-node"
import { evaluate } from "../../workflows/expression"
import type { StepDeps } from "../deps"
import { isFinished } from "../read/present"
import * as stepStore from "../step-store"
import type { ActiveRun } from "./active"
import { prepare } from "./agent-work"
import { aboutOf, awaitDecision } from "./gate"
import { runMap } from "./map"
import { NotApproved } from "./not-approved"
import { doStep, refuseWhileDraining, runStep } from "./step"
import { begin, beginFirst, fail, finish, placeOf, type Spot, skip } from "./step-records"
import { taskOf } from "./task"
import { scopeFor } from "./upstream"

/**
 * Does all of a node and returns the row that speaks for it. Steps that have ended are not done
 * again, so that it may be called any number of times. Throws as `runStep` does. `leave` is told
 * the row's id when all is done and it is only to be stored, if that can be said before.
 */
export async function runNode(
  deps: StepDeps,
  run: ActiveRun,
  node: WorkflowNode,
  leave?: (id: string) => void,
): Promise<StepRow> {
  const spot: Spot = { node, iteration: 0, mapIndex: node.type === "map" ? WHOLE_MAP : 0 }
  // Most nodes are done for the first time and without conditions: one way to the database does it.
  if (node.type === "agent" && node.when === undefined && !run.draining()) {
    const task = taskOf(node)
    const beginning = beginFirst(deps, run, spot)
    const prepared = prepare(deps, run, task, { attempt: 1 }, beginning)
    prepared.catch(() => {})
    const begun = await beginning
    if (begun) {
      const first = { prepared, leave: node.approval ? undefined : leave }
      return approved(deps, run, spot, node, await doStep(deps, run, task, begun.step, first))
    }
  }
  const [seen, isBehindSkipped] = await Promise.all([
    stepStore.look(deps.db, placeOf(run, spot)),
    stepStore.areSkipped(deps.db, run.row.id, node.dependencies),
  ])
  if (!seen.step) {
    refuseWhileDraining(run)
    const unneeded = await skipIfNeedless(deps, run, spot, { ...seen, isBehindSkipped })
    if (unneeded) return unneeded
  }
  switch (node.type) {
    case "map":
      return runMap(deps, run, node)
    case "gate":
      return runGate(deps, run, node, seen)
    case "agent":
      return approved(deps, run, spot, node, await runStep(deps, run, taskOf(node), seen))
  }
}

/** An agent's step, once a person has approved it if its node wants that. */
async function approved(
  deps: StepDeps,
  run: ActiveRun,
  spot: Spot,
  node: AgentNode,
  step: StepRow,
): Promise<StepRow> {
  if (!node.approval || step.status !== "completed") return step
  return orFail(deps, run, spot, step, async () => {
    await awaitDecision(deps, run, { node, about: node })
    return step
  })
}

/** Skips a node that has nothing to work from or whose condition is false; undefined if it's needed. */
async function skipIfNeedless(
  deps: StepDeps,
  run: ActiveRun,
  spot: Spot,
  { failure, isBehindSkipped }: Pick<stepStore.Seen, "failure"> & { isBehindSkipped: boolean },
): Promise<StepRow | undefined> {
  const { node } = spot
  const skipSince = (why: string) => skip(deps, run, spot, undefined, why)
  if (failure) return skipSince("another step failed")
  if (isBehindSkipped) return skipSince("all before it was skipped")
  const { when } = node
  if (when === undefined) return undefined
  const scope = await scopeFor(deps.db, run.row, node)
  try {
    return evaluate(when, scope) === true ? undefined : await skipSince(`this is not so: ${when}`)
  } catch (error) {
    return fail(deps, run, spot, await begin(deps, run, spot), error)
  }
}

async function runGate(
  deps: StepDeps,
  run: ActiveRun,
  node: GateNode,
  { step: begun, failure }: stepStore.Seen,
): Promise<StepRow> {
  if (begun && isFinished(begun.status)) return begun
  const spot: Spot = { node, iteration: 0, mapIndex: 0 }
  const about = aboutOf(run.row.definition.nodes, node)
  const step = begun ?? (await begin(deps, run, spot, { about: about.id }))
  if (failure) return skip(deps, run, spot, step, "another step failed")
  return orFail(deps, run, spot, step, async () => {
    const since = step.startedAt ?? new Date()
    const limit = node.timeout === undefined ? {} : { since, timeout: node.timeout }
    const decided = await awaitDecision(deps, run, { node, about, ...limit })
    const output = { decision: "approve", version: decided?.version ?? null }
    return finish(deps, run, spot, step, { input: { about: about.id }, output })
  })
}

/** What `work` gives, or the step as failed if a person or a rule of ours lets it go no further. */
async function orFail(
  deps: StepDeps,
  run: ActiveRun,
  spot: Spot,
  step: StepRow,
  work: () => Promise<StepRow>,
): Promise<StepRow> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof NotApproved)) throw error
    return fail(deps, run, spot, step, error.failure)
  }
}

import { type StepRow, WHOLE_MAP } from "../../../platform/db/schema/runs"
import type { AgentNode, GateNode, WorkflowNode } from "../../../platform/shapes/workflow-node"
import { currentSettings } from "../../settings/service"
import { evaluate } from "../../workflows/expression"
import type { StepDeps } from "../deps"
import { isFinished } from "../read/present"
import * as stepStore from "../step-store"
import type { ActiveRun } from "./active"
import { fail, skip } from "./endings"
import { aboutOf, awaitDecision } from "./gate"
import { runMap } from "./map"
import { NotApproved } from "./not-approved"
import { type NodeStep, planStep } from "./plan"
import { begin, finish, refuseWhileDraining, runStep } from "./step"
import { scopeFor } from "./upstream"

/**
 * Does all of a node's work and returns the row that stands for it. Steps that have ended aren't done
 * again, so it may be called any number of times. Throws as `runStep` does.
 */
export async function runNode(
  deps: StepDeps,
  run: ActiveRun,
  node: WorkflowNode,
): Promise<StepRow> {
  const mapIndex = node.type === "map" ? WHOLE_MAP : 0
  const planned: NodeStep = {
    node,
    key: { runId: run.row.id, node: node.id, iteration: 0, mapIndex },
  }
  const [seen, settings] = await Promise.all([
    stepStore.look(deps.db, planned.key, node.dependencies),
    currentSettings(deps),
  ])
  if (!seen.step) {
    refuseWhileDraining(run)
    const skipped = await skipIfNeedless(deps, run, planned, seen)
    if (skipped) return skipped
  }
  switch (node.type) {
    case "map":
      return runMap(deps, run, node, planStep(run.row, node, settings))
    case "gate":
      return runGate(deps, run, node, seen)
    case "agent": {
      const plan = planStep(run.row, node, settings)
      return approved(deps, run, node, plan, await runStep(deps, run, plan, seen))
    }
  }
}

/** Returns an agent's step, once a person has approved it if its node asks for that. */
async function approved(
  deps: StepDeps,
  run: ActiveRun,
  node: AgentNode,
  planned: NodeStep,
  step: StepRow,
): Promise<StepRow> {
  if (!node.approval || step.status !== "completed") return step
  return orFail(deps, run, planned, step, async () => {
    await awaitDecision(deps, run, { node, about: node })
    return step
  })
}

/** Skips a node if its condition is false or nothing came before it. Undefined if it is needed. */
async function skipIfNeedless(
  deps: StepDeps,
  run: ActiveRun,
  planned: NodeStep,
  { failure, isBehindSkipped }: stepStore.Seen,
): Promise<StepRow | undefined> {
  const { node } = planned
  const skipSince = (why: string) => skip(deps, run, planned, undefined, why)
  if (failure) return skipSince("another step failed")
  if (isBehindSkipped) return skipSince("all before it was skipped")
  const { when } = node
  if (when === undefined) return undefined
  const scope = await scopeFor(deps.db, run.row, node)
  try {
    return evaluate(when, scope) === true ? undefined : await skipSince(`this is not so: ${when}`)
  } catch (error) {
    return fail(deps, run, planned, await begin(deps, run, planned), error)
  }
}

async function runGate(
  deps: StepDeps,
  run: ActiveRun,
  node: GateNode,
  { step: begun, failure }: stepStore.Seen,
): Promise<StepRow> {
  if (begun && isFinished(begun.status)) return begun
  const key = { runId: run.row.id, node: node.id, iteration: 0, mapIndex: 0 }
  const planned = { node, key }
  const about = aboutOf(run.row.definition.nodes, node)
  const step = begun ?? (await begin(deps, run, planned, { about: about.id }))
  if (failure) return skip(deps, run, planned, step, "another step failed")
  return orFail(deps, run, planned, step, async () => {
    const since = step.startedAt ?? new Date()
    const limit = node.timeout === undefined ? {} : { since, timeout: node.timeout }
    const decided = await awaitDecision(deps, run, { node, about, ...limit })
    const output = { decision: "approve", version: decided?.version ?? null }
    return finish(deps, run, planned, step, { input: { about: about.id }, output })
  })
}

/** Returns what `work` returns. If it throws NotApproved, fails the step and returns that. */
async function orFail(
  deps: StepDeps,
  run: ActiveRun,
  planned: NodeStep,
  step: StepRow,
  work: () => Promise<StepRow>,
): Promise<StepRow> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof NotApproved)) throw error
    return fail(deps, run, planned, step, error.failure)
  }
}

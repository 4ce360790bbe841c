import type { StepRow } from "../../../platform/db/schema/runs"
import { AppError, type ErrorName } from "../../../platform/errors"
import { transact } from "../../../platform/events/transact"
import type { WorkflowNode } from "../../../platform/shapes/workflow-node"
import { currentSettings } from "../../settings/service"
import { forgetBodies } from "../../usage/service"
import type { StepDeps } from "../deps"
import { logStep } from "../log-store"
import * as stepStore from "../step-store"
import type { ActiveRun } from "./active"
import { hold } from "./hold"
import type { NodeStep } from "./plan"
import { isAnnounced, lineOf, refOf } from "./report"

/** Stores that a step has failed for good. */
export function fail(
  deps: StepDeps,
  run: ActiveRun,
  planned: NodeStep,
  step: StepRow,
  error: unknown,
): Promise<StepRow> {
  const { key, node } = planned
  const { name: errorName, message } = explain(deps, run, node, error)
  const tolerated = node.type !== "gate" && node.on_error === "continue"
  return transact(deps, async (deps, emit) => {
    const { db } = deps
    const [, { recordBodies }] = await Promise.all([hold(db, run), currentSettings(deps)])
    const ended = { status: "failed", completedAt: new Date(), tolerated } as const
    const rawOutput = recordBodies ? rawOutputOf(error) : null
    const [failed] = await Promise.all([
      stepStore.updateStep(db, step, { ...ended, error: message, errorName, rawOutput }),
      logStep(db, run.row, node, "ERROR", [lineOf(planned, `failed: ${message}`)]),
      recordBodies || forgetBodies(deps, key),
    ])
    if (isAnnounced(run, planned)) {
      emit({ type: "agent.failed", data: { ...refOf(run, planned), error: message } })
    }
    return failed
  })
}

/** Stores that a step isn't needed, whether or not it has begun. */
export function skip(
  deps: StepDeps,
  run: ActiveRun,
  planned: NodeStep,
  step: StepRow | undefined,
  why: string,
): Promise<StepRow> {
  const skipped = { status: "skipped" } as const
  return transact(deps, async ({ db }) => {
    await hold(db, run)
    await logStep(db, run.row, planned.node, "INFO", [lineOf(planned, `skipped, since ${why}`)])
    if (step) return stepStore.updateStep(db, step, skipped)
    return stepStore.insertStep(db, { ...planned.key, ...skipped })
  })
}

/** What a client is told. The details of an unforeseen error stay in the log. */
function explain(deps: StepDeps, run: ActiveRun, node: WorkflowNode, error: unknown) {
  if (error instanceof AppError) return error
  const where = { run_id: run.row.id, node: node.id }
  deps.log.error({ module: "runs", event: "step.failed", ...where, err: error })
  const name: ErrorName = "AgentExecutionError"
  return { name, message: `${node.name} failed unexpectedly: see the log.` }
}

/** Returns the model's last answer if the step failed because it couldn't be used. */
function rawOutputOf(error: unknown): string | null {
  const raw = error instanceof AppError ? error.details.raw_output : null
  return typeof raw === "string" ? raw : null
}

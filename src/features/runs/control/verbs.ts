import { DatabaseSaver } from "../../../engines/graph/checkpoint"
import type { RunRow } from "../../../platform/db/schema/runs"
import type { DbDeps } from "../../../platform/deps"
import { AppError, outdated } from "../../../platform/errors"
import { transact } from "../../../platform/events/transact"
import type { Actor } from "../../../platform/shapes/actor"
import type { RunStatus, Waiting } from "../../../platform/shapes/run"
import { authorize } from "../../audit/service"
import { leased } from "../leases/lease-store"
import type { RunDeps } from "../leases/supervisor"
import { logStep } from "../log-store"
import { agentRef, ownAgentRef, runRef } from "../read/ref"
import type { Run, RunVerb } from "../schema"
import { getRun } from "../service"
import * as stepStore from "../step-store"
import * as store from "../store"
import { orAlreadyRunning } from "./one-run"

/** A new budget for a resumed run, and who set it. */
type Raise = { budget_usd: number; by: Actor }

const nothingAwaited = { waiting: null, wakeAt: null } as const
const atWork = { ...nothingAwaited, status: "running" } as const

/**
 * The statuses that allow each verb. A running run can be resumed only if a pause was requested, or if
 * nobody runs it.
 */
const allowed: Record<RunVerb | "delete", readonly RunStatus[]> = {
  pause: ["running"],
  resume: ["paused", "interrupted", "running", "waiting"],
  cancel: ["running", "paused", "waiting", "interrupted"],
  delete: ["completed", "failed", "cancelled", "paused", "interrupted"],
}

export function verbsOf({ status, pause_requested, waiting }: Run): RunVerb[] {
  const verbs: RunVerb[] = []
  if (status === "running" && !pause_requested) verbs.push("pause")
  const goesOn = status === "running" ? pause_requested : allowed.resume.includes(status)
  if (goesOn && !waitsForPerson(waiting)) verbs.push("resume")
  if (allowed.cancel.includes(status)) verbs.push("cancel")
  return verbs
}

/**
 * A pause takes effect when the running steps have ended, the others at once. Throws
 * WorkflowStateError if the status doesn't allow it, ConcurrentModificationError for another
 * `version`.
 */
export async function changeRun(
  deps: RunDeps,
  id: string,
  verb: RunVerb,
  version?: number,
  raise?: Raise,
): Promise<Run> {
  switch (verb) {
    case "pause":
      await pauseRun(deps, id, version)
      break
    case "resume":
      await resumeRun(deps, id, version, raise)
      break
    case "cancel":
      await cancelRun(deps, id, version)
      break
  }
  return getRun(deps, id)
}

/** As `changeRun`, for the newest unfinished run of a workflow or an agent. */
export async function changeNewestRun(
  deps: RunDeps,
  of: store.RunsOf,
  verb: RunVerb,
  version?: number,
): Promise<Run> {
  const unfinished = { ...of, status: [...allowed.cancel], limit: 1 }
  const [newest] = await store.listRuns(deps.db, unfinished)
  if (newest) return changeRun(deps, newest.id, verb, version)
  const sentence = "It has no unfinished run."
  throw new AppError("WorkflowStateError", sentence, { ...named(of), verb })
}

async function pauseRun(deps: RunDeps, id: string, version?: number): Promise<void> {
  await transact(deps, async (deps) => {
    await holdFor(deps, id, "pause", version)
    await store.moveRun(deps.db, id, "running", { pauseRequested: true })
  })
}

async function resumeRun(
  deps: RunDeps,
  id: string,
  version: number | undefined,
  raise: Raise | undefined,
): Promise<void> {
  const resuming = transact(deps, async (deps, emit) => {
    const row = await holdFor(deps, id, "resume", version)
    if (raise) {
      const { by, ...details } = raise
      await authorize(deps, by, { action: "raise_budget", subjectId: id, details })
    }
    const again = {
      ...atWork,
      ...(raise && { budgetUsd: raise.budget_usd }),
      pauseRequested: false,
      error: null,
      takeOvers: 0,
    } as const
    if (waitsForPerson(row.waiting)) throw notAllowed(row, "resume")
    if (row.status === "running" && !isLeft(deps, row)) {
      if (!row.pauseRequested) throw notAllowed(row, "resume")
      await store.moveRun(deps.db, id, "running", again)
      return undefined
    }
    const data = runRef(row)
    if (data) emit({ type: "workflow.resumed", data })
    return store.moveRun(deps.db, id, row.status, { ...again, ...leased(deps.runs.lease) })
  })
  const started = await orAlreadyRunning({ run_id: id }, resuming)
  if (started) deps.runs.launch(started)
}

async function cancelRun(deps: RunDeps, id: string, version?: number): Promise<void> {
  await transact(deps, async (deps, emit) => {
    const row = await holdFor(deps, id, "cancel", version)
    const cancelled = await stepStore.cancelSteps(deps.db, id)
    const nodes = row.definition.nodes.filter(({ id }) => cancelled.some(({ node }) => node === id))
    for (const node of nodes) {
      await logStep(deps.db, row, node, "WARNING", ["cancelled"])
      if (row.workflowId) emit({ type: "agent.cancelled", data: agentRef(row, node) })
    }
    const ended = { status: "cancelled", owner: null, pauseRequested: false } as const
    const completedAt = new Date()
    await store.moveRun(deps.db, id, row.status, { ...ended, ...nothingAwaited, completedAt })
    const run = runRef(row)
    const agent = ownAgentRef(row)
    if (run) emit({ type: "workflow.cancelled", data: run })
    if (agent) emit({ type: "agent.cancelled", data: agent })
  })
  deps.runs.end(id, "The run was cancelled.")
}

/** Deletes a run that isn't running, with its steps, artifacts, calls and checkpoints. */
export async function deleteRun(deps: RunDeps, id: string): Promise<void> {
  await transact(deps, async (deps) => {
    await holdFor(deps, id, "delete")
    await new DatabaseSaver(deps.db).deleteThread(id)
    await store.deleteRun(deps.db, id)
  })
}

/** Deletes all these runs. Throws WorkflowStateError if one is unfinished. */
export async function deleteRunsOf(deps: DbDeps, of: store.RunsOf, name: string): Promise<void> {
  const ids = await store.lockRunsOf(deps.db, of, allowed.delete)
  if (!ids) {
    const sentence = `${name} has an unfinished run: cancel it first.`
    throw new AppError("WorkflowStateError", sentence, { ...named(of), name })
  }
  const saver = new DatabaseSaver(deps.db)
  for (const id of ids) {
    await saver.deleteThread(id)
    await store.deleteRun(deps.db, id)
  }
}

/** True if the process that ran it has gone, and no server has taken it over. */
function isLeft({ ownsHome, runs }: RunDeps, { owner }: RunRow): boolean {
  return owner === null || (ownsHome && owner !== runs.lease.owner)
}

function waitsForPerson(waiting: Waiting | null): boolean {
  return waiting?.reason === "gate"
}

function named({ workflowId, agentId }: store.RunsOf) {
  return workflowId === undefined ? { agent_id: agentId } : { workflow_id: workflowId }
}

/** Locks the run for this transaction. Throws if its status doesn't allow `verb`. */
async function holdFor(
  { db }: RunDeps,
  id: string,
  verb: RunVerb | "delete",
  version?: number,
): Promise<RunRow> {
  const row = await store.lockRun(db, id)
  if (!row) throw new AppError("RunNotFoundError", "There is no run with this id.", { id })
  if (version !== undefined && version !== row.version) {
    const details = { id, version, current_version: row.version }
    throw outdated("run", details, "Read the run again, then retry.")
  }
  if (!allowed[verb].includes(row.status)) throw notAllowed(row, verb)
  return row
}

function notAllowed({ id, status, waiting }: RunRow, verb: string): AppError {
  const how = waitsForPerson(waiting) ? "waiting for a decision" : status
  const sentence = `You can't ${verb} a run that is ${how}.`
  return new AppError("WorkflowStateError", sentence, { id, status, verb })
}

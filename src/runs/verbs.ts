import type { Deps } from "../deps"
import { AppError } from "../errors"
import { transact } from "../events/transact"
import { DatabaseSaver } from "../workflows/checkpoint"
import { agentRef, runRef } from "./ref"
import type { Run, RunStatus, RunVerb } from "./schema"
import { getRun } from "./service"
import * as store from "./store"
import type { RunRow } from "./table"

/** In which statuses a verb means something; `running` with a pause asked for can be resumed too. */
const allowed: Record<RunVerb | "delete", readonly RunStatus[]> = {
  pause: ["running"],
  resume: ["paused", "interrupted", "running"],
  cancel: ["running", "paused", "waiting", "interrupted"],
  delete: ["completed", "failed", "cancelled", "paused", "interrupted"],
}

/** What can be asked of a run as it is now. */
export function verbsOf({ status, pause_requested }: Run): RunVerb[] {
  const verbs: RunVerb[] = []
  if (status === "running" && !pause_requested) verbs.push("pause")
  if (status !== "running" ? allowed.resume.includes(status) : pause_requested) verbs.push("resume")
  if (allowed.cancel.includes(status)) verbs.push("cancel")
  return verbs
}

/**
 * Pauses, resumes or cancels a run. A pause takes effect when the running steps have ended, the
 * others at once. Throws WorkflowStateError if the status does not allow it, and
 * ConcurrentModificationError if `version` is given and the run has changed since.
 */
export async function changeRun(
  deps: Deps,
  id: string,
  verb: RunVerb,
  version?: number,
): Promise<Run> {
  switch (verb) {
    case "pause":
      await pauseRun(deps, id, version)
      break
    case "resume":
      await resumeRun(deps, id, version)
      break
    case "cancel":
      await cancelRun(deps, id, version)
      break
  }
  return getRun(deps, id)
}

/** As `changeRun`, of the newest run of a workflow that is not over. */
export async function changeNewestRun(
  deps: Deps,
  workflowId: string,
  verb: RunVerb,
  version?: number,
): Promise<Run> {
  const unfinished = { workflowId, status: [...allowed.cancel], limit: 1 }
  const [newest] = await store.listRuns(deps.db, unfinished)
  if (newest) return changeRun(deps, newest.id, verb, version)
  const sentence = "This workflow has no run that is not over."
  throw new AppError("WorkflowStateError", sentence, { workflow_id: workflowId, verb })
}

async function pauseRun(deps: Deps, id: string, version?: number): Promise<void> {
  await transact(deps, async (deps) => {
    await holdFor(deps, id, "pause", version)
    await store.moveRun(deps.db, id, "running", { pauseRequested: true })
  })
}

async function resumeRun(deps: Deps, id: string, version?: number): Promise<void> {
  const started = await transact(deps, async (deps, emit) => {
    const row = await holdFor(deps, id, "resume", version)
    const again = { status: "running", pauseRequested: false, error: null, takeOvers: 0 } as const
    if (row.status === "running") {
      if (!row.pauseRequested) throw notAllowed(row, "resume")
      await store.moveRun(deps.db, id, "running", again)
      return undefined
    }
    emit({ type: "workflow.resumed", data: runRef(row) })
    return store.moveRun(deps.db, id, row.status, { ...again, owner: deps.runs.owner })
  })
  if (started) deps.runs.launch(started)
}

async function cancelRun(deps: Deps, id: string, version?: number): Promise<void> {
  await transact(deps, async (deps, emit) => {
    const row = await holdFor(deps, id, "cancel", version)
    for (const { node } of await store.cancelSteps(deps.db, id)) {
      const name = row.definition.nodes.find(({ id }) => id === node)?.name ?? node
      emit({ type: "agent.cancelled", data: agentRef(row, { id: node, name }) })
    }
    const ended = { owner: null, pauseRequested: false, completedAt: new Date() }
    await store.moveRun(deps.db, id, row.status, { status: "cancelled", ...ended })
    emit({ type: "workflow.cancelled", data: runRef(row) })
  })
  deps.runs.end(id, "The run was cancelled.")
}

/** Deletes a run that nobody runs, with its steps, artifacts, calls and checkpoints. */
export async function deleteRun(deps: Deps, id: string): Promise<void> {
  await transact(deps, async (deps) => {
    await holdFor(deps, id, "delete")
    await new DatabaseSaver(deps.db).deleteThread(id)
    await store.deleteRun(deps.db, id)
  })
}

/** Deletes all runs of a workflow. Throws WorkflowStateError if one of them is not over. */
export async function deleteRunsOf(deps: Deps, workflowId: string, name: string): Promise<void> {
  const ids = await store.lockRunsOf(deps.db, workflowId, allowed.delete)
  if (!ids) {
    const sentence = `${name} has a run that is not over: cancel it first.`
    throw new AppError("WorkflowStateError", sentence, { workflow_id: workflowId })
  }
  const saver = new DatabaseSaver(deps.db)
  for (const id of ids) {
    await saver.deleteThread(id)
    await store.deleteRun(deps.db, id)
  }
}

/** The run, locked until the transaction ends, if it is as the verb and the caller need it. */
async function holdFor(
  { db }: Deps,
  id: string,
  verb: RunVerb | "delete",
  version?: number,
): Promise<RunRow> {
  const row = await store.lockRun(db, id)
  if (!row) throw new AppError("RunNotFoundError", "There is no run with this id.", { id })
  if (version !== undefined && version !== row.version) {
    throw new AppError("ConcurrentModificationError", "Someone else changed this run first.", {
      id,
      version,
      current_version: row.version,
      help: "Read the run again and decide anew.",
    })
  }
  if (!allowed[verb].includes(row.status)) throw notAllowed(row, verb)
  return row
}

function notAllowed({ id, status }: RunRow, verb: string): AppError {
  const sentence = `A run that is ${status} can't be asked to ${verb}.`
  return new AppError("WorkflowStateError", sentence, { id, status, verb })
}

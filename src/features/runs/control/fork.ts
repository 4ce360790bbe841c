import type { RunRow } from "../../../platform/db/schema/runs"
import { AppError } from "../../../platform/errors"
import { transact } from "../../../platform/events/transact"
import { type HistoryEntry, listHistory } from "../../workflows/history"
import { listAllArtifacts } from "../artifact-store"
import { type Done, insertDone } from "../engine/copies"
import { listDecisions } from "../gate-store"
import { leased } from "../leases/lease-store"
import type { RunDeps } from "../leases/supervisor"
import { startOf } from "../read/ref"
import type { Checkpoint, ForkInput, Run } from "../schema"
import { getRun, readyInput, requireRun } from "../service"
import * as stepStore from "../step-store"
import * as store from "../store"
import { editedData } from "./decide"
import { orAlreadyRunning } from "./one-run"

/** From where a run can be forked, oldest first; nothing once its records are removed. */
export async function listCheckpoints(deps: RunDeps, id: string): Promise<Checkpoint[]> {
  await requireRun(deps, id)
  return (await listHistory(deps.db, id)).map(({ checkpointId, step, nodes, at }) => ({
    checkpoint_id: checkpointId,
    step,
    node: nodes[0] ?? null,
    nodes,
    created_at: at,
  }))
}

/**
 * A new run that goes on from a checkpoint of another one, with the same definition and agents; the
 * other stays as it is. What was done by then is copied, except for its calls, so that nothing
 * counts twice. Throws a ValidationError for an unknown checkpoint, and for an edited artifact of a
 * node that has not ended there; else as a start does.
 */
export async function forkRun(deps: RunDeps, id: string, given: ForkInput): Promise<Run> {
  const original = await requireRun(deps, id)
  const { definition, agents, workflowId, agentId, workflowName, budgetUsd } = original
  const ended = endedAt(await listHistory(deps.db, id), given.checkpoint_id)
  const done = withEdits(original, await doneBy(deps, id, ended), given.artifacts ?? {})
  const merged = { ...original.input, ...given.input }
  const input = await readyInput(deps, { definition, agents, input: merged })
  const forking = transact(deps, async ({ db }, emit) => {
    const row = await store.insertRun(db, {
      ...{ workflowId, agentId, workflowName, definition, agents, input, budgetUsd },
      forkedFrom: { run_id: id, checkpoint_id: given.checkpoint_id },
      ...{ status: "running", ...leased(deps.runs.lease), startedAt: new Date() },
    })
    if (!row) throw new Error("An insert gave no row.")
    await insertDone(db, row.id, done)
    startOf(row).forEach(emit)
    return row
  })
  const row = await orAlreadyRunning({ agent_id: agentId }, forking)
  deps.runs.launch(row)
  return getRun(deps, row.id)
}

/** The nodes that have ended at a checkpoint. */
function endedAt(history: HistoryEntry[], checkpointId: string): Set<string> {
  const index = history.findIndex((it) => it.checkpointId === checkpointId)
  if (index >= 0) return new Set(history.slice(0, index + 1).flatMap(({ nodes }) => nodes))
  const message =
    history.length === 0
      ? "This run has no checkpoints: it has not begun, or they were removed for their age."
      : `This run has no checkpoint "${checkpointId}".`
  return refuse("checkpoint_id", message)
}

/**
 * What was done at the moment when just these nodes had ended. Nodes of a later one begin only when
 * all of them have, so it is what came before the first step of any other.
 */
async function doneBy({ db }: RunDeps, id: string, ended: Set<string>): Promise<Done> {
  const all = await stepStore.listSteps(db, [id])
  const next = all.find(({ node }) => !ended.has(node))
  const isBefore = (row: { id: string; node: string }) =>
    ended.has(row.node) && (!next || row.id < next.id)
  const made = (await listAllArtifacts(db, id)).filter(isBefore)
  const newest = new Map(made.map((it) => [`${it.node} ${it.mapIndex}`, it]))
  return {
    steps: all.filter(isBefore),
    artifacts: [...newest.values()],
    decisions: (await listDecisions(db, id)).filter(isBefore),
  }
}

/** With the next version of each edited artifact, which counts as approved where that is asked for. */
function withEdits({ definition }: RunRow, done: Done, edits: Record<string, string>): Done {
  const artifacts = [...done.artifacts]
  const decisions = [...done.decisions]
  for (const [node, content] of Object.entries(edits)) {
    const before = done.artifacts.find((it) => it.node === node && it.mapIndex === null)
    if (!before)
      refuse(`artifacts.${node}`, `At this checkpoint "${node}" has made nothing to edit.`)
    const version = before.version + 1
    artifacts.push({ ...before, version, content, data: editedData(before.data, content) })
    const own = definition.nodes.find(({ id }) => id === node)
    if (own?.type !== "agent" || !own.approval) continue
    const feedback = "Edited for a fork."
    decisions.push({ node, about: node, version, decision: "approve", feedback })
  }
  return { steps: done.steps, artifacts, decisions }
}

function refuse(path: string, message: string): never {
  throw new AppError("ValidationError", message, { issues: [{ path, message }] })
}

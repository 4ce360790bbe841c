import type { RunRow } from "../../../platform/db/schema/runs"
import { invalid } from "../../../platform/errors"
import { transact } from "../../../platform/events/transact"
import { type HistoryEntry, listHistory } from "../../workflows/history"
import { listAllArtifacts } from "../artifact-store"
import { type Done, insertDone, newestOf } from "../engine/copies"
import { listDecisions } from "../gate-store"
import type { RunDeps } from "../leases/supervisor"
import type { Checkpoint, ForkInput, Run } from "../schema"
import { getRun, readyInput, requireRun, storeRun } from "../service"
import * as stepStore from "../step-store"
import { editedData } from "./decide"
import { orAlreadyRunning } from "./one-run"
import { allFinished } from "./retry"

/** Lists the checkpoints that a run can be forked from, oldest first. None once they are removed. */
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
 * Starts a run from a checkpoint of another, or from where it failed, with the same definition and
 * agents. Copies finished work without its calls, so that nothing is counted twice. Throws
 * ValidationError.
 */
export async function forkRun(deps: RunDeps, id: string, given: ForkInput): Promise<Run> {
  const original = await requireRun(deps, id)
  const { definition, agents, workflowId, agentId, workflowName } = original
  const { checkpoint_id, budget_usd: budgetUsd = original.budgetUsd } = given
  const kept = checkpoint_id
    ? await doneBy(deps, id, endedAt(await listHistory(deps.db, id), checkpoint_id))
    : await allFinished(deps, original)
  const done = withEdits(original, kept, given.artifacts ?? {})
  const merged = { ...original.input, ...given.input }
  const input = await readyInput(deps, { definition, agents, input: merged })
  const forkedFrom = { run_id: id, checkpoint_id: checkpoint_id ?? null }
  const of = { workflowId, agentId, workflowName }
  const run = { ...of, definition, agents, input, budgetUsd, forkedFrom }
  const forking = transact(deps, async (deps, emit) => {
    const row = await storeRun(deps, emit, run)
    await insertDone(deps.db, row.id, done)
    return row
  })
  const row = await orAlreadyRunning({ agent_id: agentId }, forking)
  deps.runs.launch(row)
  return getRun(deps, row.id)
}

/** Returns the nodes that had ended at a checkpoint. */
function endedAt(history: HistoryEntry[], checkpointId: string): Set<string> {
  const index = history.findIndex((it) => it.checkpointId === checkpointId)
  if (index >= 0) return new Set(history.slice(0, index + 1).flatMap(({ nodes }) => nodes))
  const message =
    history.length === 0
      ? "This run has no checkpoints: it has not started, or they were deleted because of their age."
      : `This run has no checkpoint "${checkpointId}".`
  throw invalid("checkpoint_id", message)
}

/** Returns all work before the first other step: later nodes begin only after all of these. */
async function doneBy({ db }: RunDeps, id: string, ended: Set<string>): Promise<Done> {
  const all = await stepStore.listSteps(db, [id])
  const next = all.find(({ node }) => !ended.has(node))
  const isBefore = (row: { id: string; node: string }) =>
    ended.has(row.node) && (!next || row.id < next.id)
  const made = (await listAllArtifacts(db, id)).filter(isBefore)
  return {
    steps: all.filter(isBefore),
    artifacts: newestOf(made),
    decisions: (await listDecisions(db, id)).filter(isBefore),
  }
}

/** Adds the next version of each edited artifact, and approves it where its node asks for that. */
function withEdits({ definition }: RunRow, done: Done, edits: Record<string, string>): Done {
  const artifacts = [...done.artifacts]
  const decisions = [...done.decisions]
  for (const [node, content] of Object.entries(edits)) {
    const before = done.artifacts.find((it) => it.node === node && it.mapIndex === null)
    if (!before) {
      throw invalid(`artifacts.${node}`, `"${node}" has no artifact to edit at this checkpoint.`)
    }
    const version = before.version + 1
    artifacts.push({ ...before, version, content, data: editedData(before.data, content) })
    const own = definition.nodes.find(({ id }) => id === node)
    if (own?.type !== "agent" || !own.approval) continue
    const feedback = "Edited for a fork."
    decisions.push({ node, about: node, version, decision: "approve", feedback })
  }
  return { steps: done.steps, artifacts, decisions }
}

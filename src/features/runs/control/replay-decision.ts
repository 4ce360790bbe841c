import { AppError } from "../../../platform/errors"
import { insertArtifact } from "../artifact-store"
import type { StepDeps } from "../deps"
import type { ActiveRun } from "../engine/active"
import { hold } from "../engine/hold"
import { NotApproved } from "../engine/not-approved"
import { noteDifference } from "../engine/recorder"
import { insertDecision, listDecisions } from "../gate-store"

/** Repeats the next recorded decision about this version. Throws NotApproved if there is none. */
export async function replayDecision(
  deps: StepDeps,
  run: ActiveRun,
  { node, about }: Record<"node" | "about", { id: string }>,
  version: number,
): Promise<void> {
  const isHere = (it: { node: string; version: number }) =>
    it.node === node.id && it.version === version
  const recorded = run.row.recording?.decisions.filter(isHere) ?? []
  const done = (await listDecisions(deps.db, run.row.id)).filter(isHere)
  const next = recorded[done.length]
  if (!next) {
    const at = { node: node.id, iteration: 0, mapIndex: 0, attempt: 1, nth: null }
    await noteDifference(deps, run, at, `no decision about version ${version} was recorded`)
    const sentence = `This is a replay, and the recording has no decision about version ${version}.`
    const details = { node: node.id, about: about.id, version }
    throw new NotApproved(new AppError("AgentExecutionError", sentence, details))
  }
  const { made, ...decision } = next
  await deps.db.transaction(async (tx) => {
    await hold(tx, run)
    await insertDecision(tx, { runId: run.row.id, ...decision })
    if (made) await insertArtifact(tx, { runId: run.row.id, node: about.id, ...made })
  })
}

import type { ArtifactRow, RunRow, StepRow } from "../../../platform/db/schema/runs"
import { invalid } from "../../../platform/errors"
import { listAllArtifacts } from "../artifact-store"
import { type Done, newestOf } from "../engine/copies"
import { listDecisions } from "../gate-store"
import type { RunDeps } from "../leases/supervisor"
import * as stepStore from "../step-store"

/**
 * Returns all work that a failed run has finished, including the items of a map that failed. Leaves
 * out rejections, so that their gates ask again. Throws ValidationError for any other run.
 */
export async function allFinished({ db }: RunDeps, { id, status }: RunRow): Promise<Done> {
  if (status !== "failed") {
    throw invalid("checkpoint_id", `Give a checkpoint_id: this run is ${status}, not failed.`)
  }
  const [steps, made, decisions] = await Promise.all([
    stepStore.listSteps(db, [id]),
    listAllArtifacts(db, id),
    listDecisions(db, id),
  ])
  return {
    steps: steps.flatMap((step) => finished(step, made) ?? []),
    artifacts: newestOf(made),
    decisions: decisions.filter(({ decision }) => decision !== "reject"),
  }
}

function finished(step: StepRow, made: ArtifactRow[]): StepRow | undefined {
  if (step.status === "completed" || step.tolerated) return step
  if (step.status !== "failed" || step.iteration > 0 || step.mapIndex !== 0) return undefined
  // Its artifact was stored when it finished; then a person didn't approve it.
  const isMade = made.some(({ node, mapIndex }) => node === step.node && mapIndex === null)
  return isMade ? { ...step, status: "completed", error: null, errorName: null } : undefined
}

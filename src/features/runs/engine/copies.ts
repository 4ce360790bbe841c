import type { Db } from "../../../platform/db/db"
import { insertMany } from "../../../platform/db/insert-many"
import {
  type ArtifactRow,
  artifacts,
  type DecisionRow,
  gateDecisions,
  type StepRow,
  steps,
} from "../../../platform/db/schema/runs"

type Free<T> = Omit<T, "id" | "runId" | "copied" | "createdAt" | "updatedAt">

/** The finished work that a run takes over from another run. */
export type Done = {
  steps: Free<StepRow>[]
  artifacts: Free<ArtifactRow>[]
  decisions: Free<DecisionRow>[]
}

/** Returns the newest version of each artifact. Expects the oldest first. */
export function newestOf(made: readonly ArtifactRow[]): ArtifactRow[] {
  return [...new Map(made.map((it) => [`${it.node} ${it.mapIndex}`, it])).values()]
}

/** Copies finished work into a new run, which continues after it. */
export async function insertDone(db: Db, runId: string, done: Done): Promise<void> {
  // A gate's time limit counts from the start of the new run.
  const begin = { runId, copied: true, createdAt: new Date(), updatedAt: new Date() }
  const own = <T>(row: T) => ({ ...row, ...begin, id: Bun.randomUUIDv7() })
  await insertMany(db, steps, done.steps.map(own))
  await insertMany(db, artifacts, done.artifacts.map(own))
  await insertMany(db, gateDecisions, done.decisions.map(own))
}

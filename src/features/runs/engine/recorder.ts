import type { ResolvedModel } from "../../../engines/models/registry"
import { recordedModel } from "../../usage/exchange"
import { createRecorder, type Recorder } from "../../usage/recorder"
import type { StepDeps } from "../deps"
import { addDifference } from "../difference-store"
import type { Place } from "../step-store"
import type { ActiveRun } from "./active"
import { hold, writeHeld } from "./hold"

/** One attempt at a step, as its calls are recorded under it. */
export type Attempt = Place & { attempt: number }

/**
 * The recorder of an attempt, which in a replay answers only from what is recorded. Of one that
 * `isNew` nothing is.
 */
export function recorderFor(
  deps: StepDeps,
  run: ActiveRun,
  attempt: Attempt,
  isNew = false,
): Promise<Recorder> {
  const onDifference = (nth: number, what: string) =>
    noteDifference(deps, run, { ...attempt, nth }, what)
  return createRecorder(deps, attempt, {
    isNew,
    write: (deps, writes, told) => writeHeld(deps, run, writes, { told }),
    onDifference: run.row.recording ? onDifference : undefined,
  })
}

/** The model for an attempt: of a replay the one that is recorded, which need not be usable here. */
export async function modelFor(
  deps: StepDeps,
  { row }: ActiveRun,
  attempt: Attempt,
  modelId: string,
): Promise<ResolvedModel> {
  if (!row.recording) return deps.models.resolve(modelId)
  return deps.models.resolve((await recordedModel(deps, attempt)) ?? "offline")
}

/** Keeps with the run that it does not do what is recorded; once, however often it is taken over. */
export function noteDifference(
  { db }: StepDeps,
  run: ActiveRun,
  { node, iteration, mapIndex, attempt, nth }: Omit<Attempt, "runId"> & { nth: number | null },
  what: string,
): Promise<void> {
  const difference = { node, iteration, map_index: mapIndex, attempt, nth, what }
  return db.transaction(async (tx) => {
    await hold(tx, run)
    await addDifference(tx, run.row.id, difference)
  })
}

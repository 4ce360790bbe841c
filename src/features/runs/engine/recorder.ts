import type { ResolvedModel } from "../../../engines/models/registry"
import { transact } from "../../../platform/events/transact"
import { recordedModel } from "../../usage/exchange"
import { recordCall } from "../../usage/record-call"
import { createRecorder, type Recorder } from "../../usage/recorder"
import type { AttemptKey } from "../../usage/schema"
import type { StepDeps } from "../deps"
import { addDifference } from "../difference-store"
import type { ActiveRun } from "./active"
import { hold } from "./hold"

/** Returns the recorder of an attempt. In a replay it answers only from the recording. */
export function recorderFor(
  deps: StepDeps,
  run: ActiveRun,
  { runId, node, iteration, mapIndex, attempt }: AttemptKey,
): Promise<Recorder> {
  const key = { runId, node, iteration, mapIndex, attempt }
  const onDifference = (nth: number, what: string) =>
    noteDifference(deps, run, { ...key, nth }, what)
  return createRecorder(deps, key, {
    record: (call) =>
      transact(deps, async (deps, emit) => {
        await hold(deps.db, run)
        await recordCall(deps, call, emit)
      }),
    onDifference: run.row.recording ? onDifference : undefined,
  })
}

/** Returns the model for an attempt. A replay's is the recorded one, which needn't be usable here. */
export async function modelFor(
  deps: StepDeps,
  { row }: ActiveRun,
  attempt: AttemptKey,
  modelId: string,
): Promise<ResolvedModel> {
  if (!row.recording) return deps.models.resolve(modelId)
  return deps.models.resolve((await recordedModel(deps, attempt)) ?? "offline")
}

type Differing = Omit<AttemptKey, "runId"> & { nth: number | null }

/** Stores that a replay differs from its recording: once, however often it is taken over. */
export function noteDifference(
  { db }: StepDeps,
  run: ActiveRun,
  { node, iteration, mapIndex, attempt, nth }: Differing,
  what: string,
): Promise<void> {
  const difference = { node, iteration, map_index: mapIndex, attempt, nth, what }
  return db.transaction(async (tx) => {
    await hold(tx, run)
    await addDifference(tx, run.row.id, difference)
  })
}

import { transact } from "../../../platform/events/transact"
import type { RetrievalResult } from "../../../platform/shapes/passage"
import type { Search } from "../../agents/search-tool"
import { stillThere } from "../../documents/service"
import { gatherContext } from "../../search/context"
import type { SearchInput } from "../../search/schema"
import { retrieve } from "../../search/service"
import { recordCall } from "../../usage/record-call"
import type { Recorder } from "../../usage/recorder"
import type { StepDeps } from "../deps"
import { logStep } from "../log-store"
import type { ActiveRun } from "./active"
import { hold } from "./hold"
import type { StepPlan } from "./plan"

/** Finds what a step reads before anything else. */
export async function gather(
  deps: StepDeps,
  search: SearchInput & { top_k: number },
): Promise<RetrievalResult[]> {
  return gatherContext(deps, await withoutDeleted(deps, search))
}

/** A file may be deleted while a run works in its folder, perhaps by the run: that's no failure. */
async function withoutDeleted<S extends SearchInput>(deps: StepDeps, search: S): Promise<S> {
  return { ...search, document_ids: await stillThere(deps, search.document_ids) }
}

/** Returns the search tool of a step's model. Its searches are recorded and logged. */
export function lookIn(
  deps: StepDeps,
  run: ActiveRun,
  { node, search: { document_ids } }: StepPlan,
  recorder: Recorder,
  signal: AbortSignal,
): Search {
  return (input) =>
    recorder.retrieve(
      { ...input, document_ids },
      async (search) => {
        signal.throwIfAborted()
        return retrieve(deps, await withoutDeleted(deps, search))
      },
      (call, { length }) =>
        transact(deps, async (deps, emit) => {
          const line = `searched the documents for “${input.query}”: ${length} passages`
          await hold(deps.db, run)
          await recordCall(deps, call, emit)
          await logStep(deps.db, run.row, node, "INFO", [line])
        }),
    )
}

import type { SQL } from "drizzle-orm"
import type { RetrievalResult } from "../../../platform/shapes/passage"
import type { Search } from "../../agents/search-tool"
import { stillThere } from "../../documents/service"
import { gatherContext } from "../../search/context"
import type { SearchInput } from "../../search/schema"
import { retrieve } from "../../search/service"
import type { Recorder } from "../../usage/recorder"
import type { StepDeps } from "../deps"

/** What a step reads before anything else. */
export async function gather(
  deps: StepDeps,
  search: SearchInput & { top_k: number },
): Promise<RetrievalResult[]> {
  return gatherContext(deps, await withoutGone(deps, search))
}

/** A file may go while a run works in its folder, perhaps by its own doing: that ends no run. */
async function withoutGone<S extends SearchInput>(deps: StepDeps, search: S): Promise<S> {
  return { ...search, document_ids: await stillThere(deps, search.document_ids) }
}

/** How a step's model looks further: recorded as any retrieval, with a line of the log by `say`. */
export function lookIn(
  document_ids: string[] | undefined,
  recorder: Recorder,
  say: (line: string, when: SQL) => SQL,
  deps: StepDeps,
  signal: AbortSignal,
): Search {
  return (input) =>
    recorder.retrieve(
      { ...input, document_ids },
      async (search) => {
        signal.throwIfAborted()
        return retrieve(deps, await withoutGone(deps, search))
      },
      ({ length }) =>
        () =>
        (when) => [say(`searched the documents for “${input.query}”: ${length} passages`, when)],
    )
}

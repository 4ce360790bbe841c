import type { Search } from "../agents/search-tool"
import type { Recorder } from "../calls/recorder"
import type { RunDeps } from "../deps"
import { retrieve } from "../search/service"

/** How a step's model looks further: recorded as any retrieval, and told in the log when made. */
export function lookIn(
  document_ids: string[] | undefined,
  recorder: Recorder,
  say: (line: string) => Promise<void>,
  deps: RunDeps,
  signal: AbortSignal,
): Search {
  return (input) =>
    recorder.retrieve({ ...input, document_ids }, async (search) => {
      signal.throwIfAborted()
      const found = await retrieve(deps, search)
      await say(`searched the documents for “${search.query}”: ${found.length} passages`)
      return found
    })
}

import type { RunHistory } from "../agents/run-history"
import { deleteRunsOf } from "./control/verbs"
import type { ReadDeps } from "./leases/supervisor"
import { listNewestRuns } from "./service"

/** What agents and workflows, which sit below runs, need from them. */
export function createRunHistory(deps: ReadDeps): RunHistory {
  return {
    newest: (of, ids) => listNewestRuns(deps, of, ids),
    deleteAll: deleteRunsOf,
  }
}

import type { Page } from "../../../platform/db/page"
import { costOfAll } from "../../../platform/shapes/cost"
import { totalsOf } from "../../usage/service"
import type { RunDeps } from "../leases/supervisor"
import type { Run, RunOwner, RunQuery, RunSummary } from "../schema"
import { listRuns } from "../service"
import * as store from "../store"

/** A page of the runs that a person or a client has selected, newest first. */
export function selectRuns(
  deps: RunDeps,
  { limit, before, ...filter }: Page & RunQuery & store.RunsOf,
): Promise<Run[]> {
  return listRuns(deps, { limit, before, ...asStored(filter) })
}

export async function summarizeRuns(deps: RunDeps, filter: RunQuery): Promise<RunSummary> {
  const stored = asStored(filter)
  const [count, totals] = await Promise.all([
    store.countMatching(deps.db, stored),
    totalsOf(deps, { runIds: store.selectIds(deps.db, stored) }),
  ])
  return { count, ...costOfAll([totals]) }
}

/** Lists the workflows and agents that have runs, by name. */
export async function listOwners({ db }: RunDeps): Promise<RunOwner[]> {
  const owners = (await store.listOwners(db)).map(({ workflowId, agentId, name }): RunOwner => {
    if (workflowId !== null) return { id: workflowId, name, kind: "workflow" }
    return { id: agentId ?? "", name, kind: "agent" }
  })
  return owners.toSorted((a, b) => a.name.localeCompare(b.name))
}

function asStored({ status, ...filter }: RunQuery & store.RunsOf): store.RunFilter {
  return { ...filter, status: status && [status] }
}

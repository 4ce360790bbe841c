import { Hono } from "hono"
import { z } from "zod"
import { RunsPage } from "../../../views/runs/all"
import { RUNS_LISTED } from "../../../views/runs/href"
import { frameOf } from "../../platform/http/frame"
import { pageLimit } from "../../platform/http/list"
import { readQuery } from "../../platform/http/validate"
import type { RunDeps } from "./leases/supervisor"
import { listOwners, selectRuns, summarizeRuns } from "./read/list"
import { runQuery } from "./schema"

/** Forms send "" for an empty choice. */
const blank = z.literal("").transform(() => undefined)
/** Ignores invalid values, so that any URL shows runs. */
const pageQuery = z.object({
  status: blank.or(runQuery.status).catch(undefined),
  of: blank.or(runQuery.of).catch(undefined),
  query: blank.or(runQuery.query).catch(undefined),
  before: z.uuid().optional().catch(undefined),
  limit: pageLimit.catch(RUNS_LISTED),
})

/** All runs, of workflows and of agents. */
export function runListPages(deps: RunDeps): Hono {
  return new Hono().get("/", async (c) => {
    const { before, limit, ...filter } = readQuery(c, pageQuery)
    const page = { limit: limit + 1, ...(before && { before }) }
    const [rows, summary, owners] = await Promise.all([
      selectRuns(deps, { ...page, ...filter }),
      summarizeRuns(deps, filter),
      listOwners(deps),
    ])
    const runs = rows.slice(0, limit)
    const next = rows.length > limit ? runs.at(-1)?.id : undefined
    const shown = { runs, summary, owners, filter, before, next, limit }
    return c.html(RunsPage({ ...shown, ...frameOf(c) }))
  })
}

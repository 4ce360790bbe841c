import { Hono } from "hono"
import { z } from "zod"
import { CompareChoice, ComparePage } from "../../../views/runs/compare"
import { ForkPage } from "../../../views/runs/fork"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { parse, pathId } from "../../platform/http/validate"
import { forkRun, listCheckpoints } from "./control/fork"
import type { RunDeps } from "./leases/supervisor"
import { listArtifacts } from "./read/artifacts"
import { compareRuns } from "./read/compare"
import { forkInput, type Run } from "./schema"
import { getRun, listRuns } from "./service"

const NOT_FOUND = "RunNotFoundError"
const OTHERS_MAX = 50

const forkForm = z.object({
  checkpoint_id: z.string(),
  query: z.string(),
  node: z.string().default(""),
  content: z.string().default(""),
})

/** Pages that fork a run or compare two. */
export function forkPages(deps: RunDeps): Hono {
  return new Hono()
    .get("/:id/fork", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const [run, checkpoints, artifacts] = await Promise.all([
        getRun(deps, id),
        listCheckpoints(deps, id),
        listArtifacts(deps, id),
      ])
      const node = c.req.query("node")
      return c.html(ForkPage({ run, checkpoints, artifacts, node, ...frameOf(c) }))
    })
    .post("/:id/fork", async (c) => {
      const { checkpoint_id, query, node, content } = await readForm(c, forkForm)
      const artifacts = node === "" ? {} : { [node]: content }
      const given = parse(forkInput, { checkpoint_id, input: { query }, artifacts })
      const { id } = await forkRun(deps, pathId(c, NOT_FOUND), given)
      return c.redirect(`/runs/${id}`, 303)
    })
    .get("/:id/compare", async (c) => {
      const run = await getRun(deps, pathId(c, NOT_FOUND))
      const others = (await listRuns(deps, othersOf(run))).filter(({ id }) => id !== run.id)
      return c.html(CompareChoice({ run, others, ...frameOf(c) }))
    })
    .get("/:id/compare/:other", async (c) => {
      const other = pathId(c, NOT_FOUND, "other")
      const comparison = await compareRuns(deps, pathId(c, NOT_FOUND), other)
      return c.html(ComparePage({ comparison, ...frameOf(c) }))
    })
}

/** Selects runs of the same workflow or agent. */
function othersOf({ workflow_id, agent_id }: Run) {
  const page = { limit: OTHERS_MAX + 1 }
  if (workflow_id !== null) return { ...page, workflowId: workflow_id }
  return agent_id === null ? page : { ...page, agentId: agent_id }
}

import { Hono } from "hono"
import { z } from "zod"
import { actorOf } from "../../platform/actors/actor"
import { answerList, pageWith } from "../../platform/http/list"
import {
  pathId,
  readJson,
  readLargeJson,
  readOptionalJson,
  readQuery,
} from "../../platform/http/validate"
import { decide } from "./control/decide"
import { forkRun, listCheckpoints } from "./control/fork"
import { replayRun } from "./control/replay"
import { changeRun, deleteRun } from "./control/verbs"
import type { RunDeps } from "./leases/supervisor"
import { listArtifacts, listVersions } from "./read/artifacts"
import { compareRuns } from "./read/compare"
import { exportRun } from "./read/export"
import { selectRuns } from "./read/list"
import { runExport } from "./read/schema"
import { forkInput, gateInput, resumeInput, runQuery, runVerbs, verbInput } from "./schema"
import { getRun, listCalls, listSteps } from "./service"

const NOT_FOUND = "RunNotFoundError"
const listQuery = pageWith({
  workflow_id: z.uuid().optional(),
  agent_id: z.uuid().optional(),
  ...runQuery,
})

export function runsApi(deps: RunDeps): Hono {
  const api = new Hono()
  for (const verb of runVerbs) {
    api.post(`/:id/${verb}`, async (c) => {
      const schema =
        verb === "resume" ? resumeInput : verbInput.extend({ budget_usd: z.never().optional() })
      const { version, budget_usd } = await readOptionalJson(c, schema)
      const raise =
        budget_usd === undefined ? undefined : { budget_usd, by: await actorOf(c, deps) }
      return c.json(await changeRun(deps, pathId(c, NOT_FOUND), verb, version, raise))
    })
  }
  return api
    .post("/replay", async (c) => {
      return c.json(await replayRun(deps, await readLargeJson(deps.config, c, runExport)), 202)
    })
    .get("/:id/export", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const file = await exportRun(deps, id)
      c.header("Content-Disposition", `attachment; filename="run-${id}.json"`)
      return c.json(file)
    })
    .get("/:id/compare/:other", async (c) => {
      const other = pathId(c, NOT_FOUND, "other")
      return c.json(await compareRuns(deps, pathId(c, NOT_FOUND), other))
    })
    .get("/:id/checkpoints", async (c) => c.json(await listCheckpoints(deps, pathId(c, NOT_FOUND))))
    .post("/:id/fork", async (c) => {
      const input = await readJson(c, forkInput)
      return c.json(await forkRun(deps, pathId(c, NOT_FOUND), input), 202)
    })
    .get("/", (c) => {
      const { limit, before, workflow_id, agent_id, ...more } = readQuery(c, listQuery)
      const filter = { workflowId: workflow_id, agentId: agent_id, ...more }
      return answerList(c, (page) => selectRuns(deps, { ...page, ...filter }), { limit, before })
    })
    .get("/:id", async (c) => c.json(await getRun(deps, pathId(c, NOT_FOUND))))
    .delete("/:id", async (c) => {
      await deleteRun(deps, pathId(c, NOT_FOUND))
      return c.json({ status: "deleted" })
    })
    .get("/:id/steps", async (c) => c.json(await listSteps(deps, pathId(c, NOT_FOUND))))
    .get("/:id/artifacts", async (c) => c.json(await listArtifacts(deps, pathId(c, NOT_FOUND))))
    .get("/:id/artifacts/:node", async (c) =>
      c.json(await listVersions(deps, pathId(c, NOT_FOUND), c.req.param("node"))),
    )
    .post("/:id/gates/:node", async (c) => {
      const decision = await readJson(c, gateInput)
      const by = await actorOf(c, deps)
      return c.json(await decide(deps, pathId(c, NOT_FOUND), c.req.param("node"), decision, by))
    })
    .get("/:id/calls", async (c) => c.json(await listCalls(deps, pathId(c, NOT_FOUND))))
}

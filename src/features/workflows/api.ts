import { Hono } from "hono"
import { answerList, readList } from "../../platform/http/list"
import { pathId, readJson, readOptionalJson } from "../../platform/http/validate"
import { changeNewestRun } from "../runs/control/verbs"
import type { RunDeps } from "../runs/leases/supervisor"
import { runVerbs, startInput, verbInput } from "../runs/schema"
import { startRun } from "../runs/service"
import { presets } from "./presets"
import { workflowChange, workflowInput } from "./schema"
import {
  changeWorkflow,
  createWorkflow,
  deleteWorkflow,
  getWorkflow,
  listWorkflows,
} from "./service"

const NOT_FOUND = "WorkflowNotFoundError"

export function workflowsApi(deps: RunDeps): Hono {
  const api = new Hono()
  for (const verb of runVerbs) {
    api.post(`/:id/${verb}`, async (c) => {
      const { version } = await readOptionalJson(c, verbInput)
      const { id } = await getWorkflow(deps, pathId(c, NOT_FOUND))
      return c.json(await changeNewestRun(deps, { workflowId: id }, verb, version))
    })
  }
  return api
    .get("/", async (c) => {
      const { limit, before } = readList(c)
      return answerList(c, await listWorkflows(deps, { limit: limit + 1, before }), limit)
    })
    .post("/", async (c) =>
      c.json(await createWorkflow(deps, await readJson(c, workflowInput)), 201),
    )
    .get("/presets", (c) => c.json(presets))
    .get("/:id", async (c) => c.json(await getWorkflow(deps, pathId(c, NOT_FOUND))))
    .patch("/:id", async (c) => {
      const change = await readJson(c, workflowChange)
      return c.json(await changeWorkflow(deps, pathId(c, NOT_FOUND), change))
    })
    .delete("/:id", async (c) => {
      await deleteWorkflow(deps, pathId(c, NOT_FOUND))
      return c.json({ status: "deleted" })
    })
    .post("/:id/start", async (c) => {
      const given = await readJson(c, startInput)
      const workflow = await getWorkflow(deps, pathId(c, NOT_FOUND))
      return c.json(await startRun(deps, workflow, given), 202)
    })
}

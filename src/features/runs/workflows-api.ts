import { Hono } from "hono"
import { pathId, readJson, readOptionalJson } from "../../platform/http/validate"
import { getWorkflow } from "../workflows/service"
import { changeNewestRun } from "./control/verbs"
import type { RunDeps } from "./leases/supervisor"
import { runVerbs, startInput, verbInput } from "./schema"
import { startRun } from "./service"

const NOT_FOUND = "WorkflowNotFoundError"

export function workflowRunsApi(deps: RunDeps): Hono {
  const api = new Hono()
  for (const verb of runVerbs) {
    api.post(`/:id/${verb}`, async (c) => {
      const { version } = await readOptionalJson(c, verbInput)
      const { id } = await getWorkflow(deps, pathId(c, NOT_FOUND))
      return c.json(await changeNewestRun(deps, { workflowId: id }, verb, version))
    })
  }
  return api.post("/:id/start", async (c) => {
    const given = await readJson(c, startInput)
    const workflow = await getWorkflow(deps, pathId(c, NOT_FOUND))
    return c.json(await startRun(deps, workflow, given), 202)
  })
}

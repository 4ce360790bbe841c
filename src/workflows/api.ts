import { Hono } from "hono"
import type { Deps } from "../deps"
import { answerList, readList } from "../http/list"
import { pathId, readJson } from "../http/validate"
import { startInput } from "../runs/schema"
import { startRun } from "../runs/service"
import { presets } from "./presets"
import { workflowInput } from "./schema"
import { createWorkflow, getWorkflow, listWorkflows } from "./service"

const NOT_FOUND = "WorkflowNotFoundError"

export function workflowsApi(deps: Deps): Hono {
  return new Hono()
    .get("/", async (c) => {
      const { limit, before } = readList(c)
      return answerList(c, await listWorkflows(deps, { limit: limit + 1, before }), limit)
    })
    .post("/", async (c) =>
      c.json(await createWorkflow(deps, await readJson(c, workflowInput)), 201),
    )
    .get("/presets", (c) => c.json(presets))
    .get("/:id", async (c) => c.json(await getWorkflow(deps, pathId(c, NOT_FOUND))))
    .post("/:id/start", async (c) => {
      const { input } = await readJson(c, startInput)
      const workflow = await getWorkflow(deps, pathId(c, NOT_FOUND))
      return c.json(await startRun(deps, workflow, input), 202)
    })
}

import { Hono } from "hono"
import { answerList } from "../../platform/http/list"
import { pathId, readJson } from "../../platform/http/validate"
import type { AgentDeps } from "../agents/deps"
import { presets } from "./presets"
import { workflowChange, workflowInput } from "./schema"
import * as service from "./service"

const NOT_FOUND = "WorkflowNotFoundError"

export function workflowsApi(deps: AgentDeps): Hono {
  return new Hono()
    .get("/", (c) => answerList(c, (page) => service.listWorkflows(deps, page)))
    .post("/", async (c) =>
      c.json(await service.createWorkflow(deps, await readJson(c, workflowInput)), 201),
    )
    .get("/presets", (c) => c.json(presets))
    .get("/:id", async (c) => c.json(await service.getWorkflow(deps, pathId(c, NOT_FOUND))))
    .patch("/:id", async (c) => {
      const change = await readJson(c, workflowChange)
      return c.json(await service.changeWorkflow(deps, pathId(c, NOT_FOUND), change))
    })
    .delete("/:id", async (c) => {
      await service.deleteWorkflow(deps, pathId(c, NOT_FOUND))
      return c.json({ status: "deleted" })
    })
}

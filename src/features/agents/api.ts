import { Hono } from "hono"
import { actorOf } from "../../platform/actors/actor"
import { answerList } from "../../platform/http/list"
import { pathId, readJson } from "../../platform/http/validate"
import type { AgentDeps } from "./deps"
import { agentChange, agentInput } from "./schema"
import { changeAgent, createAgent, deleteAgent, getAgent, listAgents } from "./service"

const NOT_FOUND = "AgentNotFoundError"

export function agentsApi(deps: AgentDeps): Hono {
  return new Hono()
    .get("/", (c) => answerList(c, (page) => listAgents(deps, page)))
    .post("/", async (c) => {
      const input = await readJson(c, agentInput)
      return c.json(await createAgent(deps, input, await actorOf(c, deps)), 201)
    })
    .get("/:id", async (c) => c.json(await getAgent(deps, pathId(c, NOT_FOUND))))
    .patch("/:id", async (c) => {
      const change = await readJson(c, agentChange)
      const by = await actorOf(c, deps)
      return c.json(await changeAgent(deps, pathId(c, NOT_FOUND), change, by))
    })
    .delete("/:id", async (c) => {
      await deleteAgent(deps, pathId(c, NOT_FOUND))
      return c.json({ status: "deleted" })
    })
}

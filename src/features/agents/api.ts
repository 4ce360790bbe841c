import { Hono } from "hono"
import { z } from "zod"
import { actorOf } from "../../platform/actors/actor"
import { answerList, linkNext, pageWith, readList } from "../../platform/http/list"
import { pathId, readJson, readOptionalJson, readQuery } from "../../platform/http/validate"
import type { RunDeps } from "../runs/leases/supervisor"
import { agentStart } from "../runs/schema"
import { listLog, listRuns } from "../runs/service"
import { agentChange, agentInput } from "./schema"
import { changeAgent, createAgent, deleteAgent, getAgent, listAgents, stopAgent } from "./service"
import { runAgent, startAgent } from "./start"

const NOT_FOUND = "AgentNotFoundError"
const startQuery = z.strictObject({ wait: z.stringbool().default(true) })
const logQuery = pageWith({ run_id: z.uuid().optional() })

export function agentsApi(deps: RunDeps): Hono {
  return new Hono()
    .get("/", async (c) => {
      const { limit, before } = readList(c)
      return answerList(c, await listAgents(deps, { limit: limit + 1, before }), limit)
    })
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
    .post("/:id/start", async (c) => {
      const { wait } = readQuery(c, startQuery)
      const given = await readJson(c, agentStart)
      const id = pathId(c, NOT_FOUND)
      if (!wait) return c.json(await startAgent(deps, id, given), 202)
      return c.json(await runAgent(deps, id, given, c.req.raw.signal))
    })
    .post("/:id/stop", async (c) => {
      await readOptionalJson(c, z.strictObject({}))
      return c.json(await stopAgent(deps, pathId(c, NOT_FOUND)))
    })
    .get("/:id/logs", async (c) => {
      const { run_id: runId, limit, before } = readQuery(c, logQuery)
      const { id: agentId } = await getAgent(deps, pathId(c, NOT_FOUND))
      // Those of the end come first, each page in the order in which it happened.
      const found = await listLog(deps, { limit: limit + 1, before, agentId, runId })
      const lines = found.slice(-limit)
      if (found.length > limit && lines[0]) linkNext(c, "before", lines[0].id, limit)
      return c.json(lines.map(({ at, level, message }) => `${at} ${level} ${message}`))
    })
    .get("/:id/runs", async (c) => {
      const { limit, before } = readList(c)
      const { id: agentId } = await getAgent(deps, pathId(c, NOT_FOUND))
      return answerList(c, await listRuns(deps, { limit: limit + 1, before, agentId }), limit)
    })
}

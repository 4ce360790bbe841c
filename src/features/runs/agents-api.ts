import { Hono } from "hono"
import { z } from "zod"
import { answerList, linkNext, pageWith } from "../../platform/http/list"
import { pathId, readJson, readOptionalJson, readQuery } from "../../platform/http/validate"
import { getAgent } from "../agents/service"
import { runAgent, startAgent, stopAgent } from "./agent-start"
import type { RunDeps } from "./leases/supervisor"
import { agentStart } from "./schema"
import { listLog, listRuns } from "./service"

const NOT_FOUND = "AgentNotFoundError"
const startQuery = z.strictObject({ wait: z.stringbool().default(true) })
const logQuery = pageWith({ run_id: z.uuid().optional() })

export function agentRunsApi(deps: RunDeps): Hono {
  return new Hono()
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
    .get("/:id/runs", (c) =>
      answerList(c, async (page) => {
        const { id: agentId } = await getAgent(deps, pathId(c, NOT_FOUND))
        return listRuns(deps, { ...page, agentId })
      }),
    )
}

import { type Context, Hono } from "hono"
import { z } from "zod"
import { AgentPage } from "../../../views/agents/page"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { goTo, isHtmx } from "../../platform/http/go-to"
import { parse, pathId } from "../../platform/http/validate"
import { choices } from "../agents/pages"
import { getAgent } from "../agents/service"
import { pickedIn, pickerFields, pickerOf, withoutPicker } from "../library/picker-form"
import { totalsOf } from "../usage/service"
import { startAgent, stopAgent } from "./agent-start"
import type { RunDeps } from "./leases/supervisor"
import { listArtifacts } from "./read/artifacts"
import { agentStart } from "./schema"
import { listLog, listRuns } from "./service"

const NOT_FOUND = "AgentNotFoundError"
const LISTED = 200
const LINES = 200

const startForm = z.strictObject({
  query: z.string(),
  ...pickerFields,
  repo: z.string().trim().optional(),
  resume: z.string().optional(),
})

export function agentRunPages(deps: RunDeps): Hono {
  return new Hono()
    .get("/:id", (c) => show(c, deps))
    .post("/:id/start", async (c) => {
      const form = await readForm(c, startForm)
      const picked = pickedIn(form, "document_ids")
      const input = { ...withoutPicker(form), ...(picked.length > 0 && { document_ids: picked }) }
      const id = pathId(c, NOT_FOUND)
      await startAgent(deps, id, parse(agentStart, { input }))
      // The page that asked hears of it as any other does.
      return isHtmx(c) ? c.body(null, 204) : goTo(c, `/agents/${id}`)
    })
    .post("/:id/stop", async (c) => {
      const { id } = await stopAgent(deps, pathId(c, NOT_FOUND))
      return goTo(c, `/agents/${id}`)
    })
}

async function show(c: Context, deps: RunDeps): Promise<Response> {
  const id = pathId(c, NOT_FOUND)
  const agent = await getAgent(deps, id)
  const runs = await listRuns(deps, { limit: LISTED, agentId: id })
  const [made = [], log, totals, picker, chosen] = await Promise.all([
    runs[0] && listArtifacts(deps, runs[0].id),
    listLog(deps, { limit: LINES, agentId: id }),
    totalsOf(deps, { agentId: id }),
    pickerOf(c, deps, "document_ids"),
    choices(c, deps, agent),
  ])
  const [run] = runs
  const node = run?.graph_definition.nodes[0]?.id ?? ""
  const written = run ? deps.runs.writingOf(run.id, node) : ""
  const results = { artifact: made.at(-1), written, log, totals, picker }
  return c.html(AgentPage({ agent, runs, ...results, ...chosen, ...frameOf(c) }))
}

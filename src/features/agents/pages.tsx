import { isDeepStrictEqual } from "node:util"
import { type Context, Hono } from "hono"
import { z } from "zod"
import { AgentListPage } from "../../../views/agents/list"
import { AgentPage } from "../../../views/agents/page"
import { usableModels } from "../../engines/models/choices"
import { actorOf } from "../../platform/actors/actor"
import { frameOf } from "../../platform/http/frame"
import { goTo, isHtmx } from "../../platform/http/go-to"
import { parse, pathId, readForm } from "../../platform/http/validate"
import { listDocuments } from "../documents/service"
import type { RunDeps } from "../runs/leases/supervisor"
import { agentStart } from "../runs/schema"
import { listArtifacts, listLog, listRuns } from "../runs/service"
import { totalsOf } from "../usage/service"
import { agentChange, agentInput } from "./schema"
import { changeAgent, createAgent, deleteAgent, getAgent, listAgents, stopAgent } from "./service"
import { startAgent } from "./start"

const NOT_FOUND = "AgentNotFoundError"
const LISTED = 200
const LINES = 200

/** A field that is left empty; the schemas of the API say what else is wrong. */
const empty = (text: string) => (text.trim() === "" ? undefined : text)
const number = z
  .string()
  .transform((text) => (empty(text) === undefined ? undefined : Number(text)))
/** One entry a line; undefined for none. */
function linesOf(text: string): string[] | undefined {
  const lines = text.split("\n").map((line) => line.trim())
  return lines.some(Boolean) ? lines.filter(Boolean) : undefined
}
const ids = z.union([z.string().transform((id) => [id]), z.array(z.string())])

const agentForm = z.strictObject({
  name: z.string(),
  type: z.string(),
  description: z.string(),
  system_prompt: z.string(),
  model: z.string().transform((model) => empty(model) ?? null),
  temperature: number.transform((value) => value ?? null),
  max_tokens: number.transform((value) => value ?? null),
  timeout: number,
  retry_attempts: number,
  context_sources: ids.default([]),
  permission_mode: z.string().transform(empty).optional(),
  allowed_tools: z.string().transform(linesOf).optional(),
  max_turns: number.optional(),
})
const changeForm = agentForm.extend({ version: z.coerce.number() })
const startForm = z.strictObject({
  query: z.string(),
  document_ids: ids.optional(),
  repo: z.string().trim().optional(),
  resume: z.string().optional(),
})

export function agentPages(deps: RunDeps): Hono {
  return new Hono()
    .get("/", async (c) => {
      const agents = await listAgents(deps, { limit: LISTED })
      return c.html(AgentListPage({ agents, ...(await choices(deps)), ...frameOf(c) }))
    })
    .post("/", async (c) => {
      const input = parse(agentInput, await readForm(c, agentForm))
      const { id } = await createAgent(deps, input, await actorOf(c, deps))
      return goTo(c, `/agents/${id}`)
    })
    .get("/:id", (c) => show(c, deps))
    .post("/:id", async (c) => {
      const { version, ...form } = await readForm(c, changeForm)
      const { id, type, config } = await getAgent(deps, pathId(c, NOT_FOUND))
      // What stayed as it was is not chosen by that: it goes on following the settings.
      const before: Record<string, unknown> = { ...config, type }
      const changes = Object.entries(form).filter(
        ([key, it]) => !isDeepStrictEqual(it, before[key]),
      )
      const change = { ...Object.fromEntries(changes), version }
      await changeAgent(deps, id, parse(agentChange, change), await actorOf(c, deps))
      return goTo(c, `/agents/${id}`)
    })
    .post("/:id/start", async (c) => {
      const input = await readForm(c, startForm)
      const id = pathId(c, NOT_FOUND)
      await startAgent(deps, id, parse(agentStart, { input }))
      // The page that asked hears of it as any other does.
      return isHtmx(c) ? c.body(null, 204) : goTo(c, `/agents/${id}`)
    })
    .post("/:id/stop", async (c) => {
      const { id } = await stopAgent(deps, pathId(c, NOT_FOUND))
      return goTo(c, `/agents/${id}`)
    })
    .post("/:id/delete", async (c) => {
      await deleteAgent(deps, pathId(c, NOT_FOUND))
      return goTo(c, "/agents")
    })
}

async function show(c: Context, deps: RunDeps): Promise<Response> {
  const id = pathId(c, NOT_FOUND)
  const agent = await getAgent(deps, id)
  const runs = await listRuns(deps, { limit: LISTED, agentId: id })
  const [made = [], log, totals, chosen] = await Promise.all([
    runs[0] && listArtifacts(deps, runs[0].id),
    listLog(deps, { limit: LINES, agentId: id }),
    totalsOf(deps, { agentId: id }),
    choices(deps),
  ])
  const artifact = made.at(-1)
  return c.html(AgentPage({ agent, runs, artifact, log, totals, ...chosen, ...frameOf(c) }))
}

async function choices(deps: RunDeps) {
  const documents = await listDocuments(deps, { limit: LISTED })
  return { documents, models: await usableModels(deps.models) }
}

import { isDeepStrictEqual } from "node:util"
import { type Context, Hono } from "hono"
import { z } from "zod"
import { AgentListPage } from "../../../views/agents/list"
import { usableModels } from "../../engines/models/choices"
import { actorOf } from "../../platform/actors/actor"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { goTo } from "../../platform/http/go-to"
import { parse, pathId } from "../../platform/http/validate"
import { pickedIn, pickerFields, pickerOf, withoutPicker } from "../library/picker-form"
import type { AgentDeps } from "./deps"
import { type Agent, agentChange, agentInput } from "./schema"
import { changeAgent, createAgent, deleteAgent, getAgent, listAgents } from "./service"

const NOT_FOUND = "AgentNotFoundError"
const LISTED = 200

/** Turns an empty field into undefined. The API's schemas check the rest. */
const empty = (text: string) => (text.trim() === "" ? undefined : text)
const number = z.string().transform((text) => (text.trim() === "" ? undefined : Number(text)))
function linesOf(text: string): string[] | undefined {
  const lines = text.split("\n").map((line) => line.trim())
  return lines.some(Boolean) ? lines.filter(Boolean) : undefined
}

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
  ...pickerFields,
  permission_mode: z.string().transform(empty).optional(),
  allowed_tools: z.string().transform(linesOf).optional(),
  max_turns: number.optional(),
})
const changeForm = agentForm.extend({ version: z.coerce.number() })
export function agentPages(deps: AgentDeps): Hono {
  return new Hono()
    .get("/", async (c) => {
      const agents = await listAgents(deps, { limit: LISTED })
      return c.html(AgentListPage({ agents, ...(await choices(c, deps)), ...frameOf(c) }))
    })
    .post("/", async (c) => {
      const input = parse(agentInput, chosenIn(await readForm(c, agentForm)))
      const { id } = await createAgent(deps, input, await actorOf(c, deps))
      return goTo(c, `/agents/${id}`)
    })
    .post("/:id", async (c) => {
      const { version, ...form } = chosenIn(await readForm(c, changeForm))
      const { id, type, config } = await getAgent(deps, pathId(c, NOT_FOUND))
      // Unchanged fields are not stored as choices, so they keep following the settings.
      const before: Record<string, unknown> = { ...config, type }
      const isChanged = ([key, it]: [string, unknown]) => !isDeepStrictEqual(it, before[key])
      const changes = Object.entries(form).filter(isChanged)
      const change = { ...Object.fromEntries(changes), version }
      await changeAgent(deps, id, parse(agentChange, change), await actorOf(c, deps))
      return goTo(c, `/agents/${id}`)
    })
    .post("/:id/delete", async (c) => {
      await deleteAgent(deps, pathId(c, NOT_FOUND))
      return goTo(c, "/agents")
    })
}

/** Returns the sources and models that a form offers. */
export async function choices(c: Context, deps: AgentDeps, agent?: Agent) {
  const sources = await pickerOf(c, deps, "context_sources", agent?.config.context_sources)
  return { sources, models: await usableModels(deps.models) }
}

function chosenIn<T extends z.output<typeof agentForm>>(form: T) {
  return { ...withoutPicker(form), context_sources: pickedIn(form, "context_sources") }
}

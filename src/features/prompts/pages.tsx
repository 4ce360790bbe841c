import { Hono } from "hono"
import { z } from "zod"
import { PromptOptions } from "../../../views/prompts/options"
import { PromptsPage } from "../../../views/prompts/page"
import type { DbDeps } from "../../platform/deps"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { answerPart, goTo } from "../../platform/http/go-to"
import { parse, pathId, readQuery } from "../../platform/http/validate"
import { promptInput } from "./schema"
import * as service from "./service"

const NOT_FOUND = "NotFoundError"
/** More than a person reads in a list beside what they type. */
const OFFERED = 8

const promptForm = z.strictObject({ name: z.string(), body: z.string() })
const optionsQuery = z.strictObject({ query: z.string().max(100).default("") })

export function promptPages(deps: DbDeps): Hono {
  return new Hono()
    .get("/", async (c) => {
      return c.html(PromptsPage({ prompts: await service.listPrompts(deps), ...frameOf(c) }))
    })
    .get("/options", async (c) => {
      const { query } = readQuery(c, optionsQuery)
      const part = async () =>
        PromptOptions({ prompts: await service.listPrompts(deps, query, OFFERED) })
      return answerPart(c, "/prompts", part)
    })
    .post("/", async (c) => {
      await service.createPrompt(deps, parse(promptInput, await readForm(c, promptForm)))
      return goTo(c, "/prompts")
    })
    .post("/:id", async (c) => {
      const change = parse(promptInput, await readForm(c, promptForm))
      await service.changePrompt(deps, pathId(c, NOT_FOUND), change)
      return goTo(c, "/prompts")
    })
    .post("/:id/delete", async (c) => {
      await service.deletePrompt(deps, pathId(c, NOT_FOUND))
      return goTo(c, "/prompts")
    })
}

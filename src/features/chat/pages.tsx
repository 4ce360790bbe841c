import { type Context, Hono } from "hono"
import { z } from "zod"
import { AnswerTexts } from "../../../views/chat/answer-text"
import { ChatPage } from "../../../views/chat/page"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { goTo, isHtmx } from "../../platform/http/go-to"
import { parse, pathId } from "../../platform/http/validate"
import { answerPages } from "./answer-pages"
import { attachmentPages } from "./attachment-pages"
import type { ChatDeps } from "./deps"
import { type SessionChange, sessionChange } from "./schema"
import * as service from "./service"
import { readConversation, readList } from "./shown"

const NOT_FOUND = "SessionNotFoundError"
/** How long an answer waits for the stream of a page that has been loaded. */
const LOADED_MS = 15_000

const titleForm = z.strictObject({ title: z.string() })
const pinForm = z.strictObject({ pinned: z.enum(["on", ""]) })
const instructionsForm = z.strictObject({ system_prompt: z.string(), temperature: z.string() })

export function chatPages(deps: ChatDeps): Hono {
  const texts = new AnswerTexts()
  return new Hono()
    .get("/", (c) => show(c, deps, texts))
    .get("/:id", (c) => show(c, deps, texts, pathId(c, NOT_FOUND)))
    .post("/:id/title", async (c) => change(c, deps, await readForm(c, titleForm)))
    .post("/:id/pin", async (c) => {
      const { pinned } = await readForm(c, pinForm)
      return change(c, deps, { pinned: pinned === "on" })
    })
    .post("/:id/instructions", async (c) => {
      const { system_prompt, temperature } = await readForm(c, instructionsForm)
      const own = temperature === "" ? null : Number(temperature)
      return change(c, deps, { system_prompt, temperature: own })
    })
    .post("/:id/delete", async (c) => {
      await service.deleteSession(deps, pathId(c, NOT_FOUND))
      return c.redirect("/chat", 303)
    })
    .route("/", answerPages(deps, texts))
    .route("/", attachmentPages(deps))
}

async function change(c: Context, deps: ChatDeps, input: SessionChange): Promise<Response> {
  const id = pathId(c, NOT_FOUND)
  await service.changeSession(deps, id, parse(sessionChange, input))
  return goTo(c, `/chat/${id}`)
}

async function show(
  c: Context,
  deps: ChatDeps,
  texts: AnswerTexts,
  id?: string,
): Promise<Response> {
  // A page that is loaded again comes back to its answers.
  const active = id && !isHtmx(c) ? deps.generations.list(id) : []
  for (const { readers } of active) readers.expect(LOADED_MS)
  const { messages, ...conversation } = await readConversation(c, deps, id)
  const shown = { ...conversation, messages: texts.renderAll(messages) }
  return c.html(ChatPage({ ...(await readList(c, deps, id)), ...shown, ...frameOf(c) }))
}

import { type Context, Hono } from "hono"
import { z } from "zod"
import { Conversation } from "../../views/chat/conversation"
import { ChatPage } from "../../views/chat/page"
import type { Deps } from "../deps"
import { AppError } from "../errors"
import { frameOf } from "../http/frame"
import { parse, pathId, readForm } from "../http/validate"
import { listModels } from "../llm/choices"
import { streamAnswerParts } from "./page-stream"
import { messageInput, sessionChange } from "./schema"
import {
  answerMessage,
  changeSession,
  createSession,
  deleteSession,
  getSession,
  listMessages,
  listSessions,
  stopAnswer,
} from "./service"

const NOT_FOUND = "SessionNotFoundError"
const LISTED = 100
const SHOWN = 200

const messageForm = z.strictObject({ message: z.string(), model: z.string().default("") })
const titleForm = z.strictObject({ title: z.string() })

export function chatPages(deps: Deps): Hono {
  return new Hono()
    .get("/", (c) => show(c, deps))
    .post("/", async (c) => {
      const { message, model } = await readMessage(c)
      const { id } = await createSession(deps, { model })
      return answer(c, deps, id, message)
    })
    .get("/:id", (c) => show(c, deps, pathId(c, NOT_FOUND)))
    .post("/:id", async (c) => {
      const { message, model } = await readMessage(c)
      const session = await getSession(deps, pathId(c, NOT_FOUND))
      // What stayed as it was goes on following the settings.
      if (model !== session.model) await changeSession(deps, session.id, { model })
      return answer(c, deps, session.id, message)
    })
    .post("/:id/title", async (c) => {
      const id = pathId(c, NOT_FOUND)
      await changeSession(deps, id, parse(sessionChange, await readForm(c, titleForm)))
      return c.redirect(`/chat/${id}`, 303)
    })
    .post("/:id/stop", async (c) => {
      const id = pathId(c, NOT_FOUND)
      await stopAnswer(deps, id).catch((error) => {
        // It ended before the button was pressed, which is what was wanted.
        if (!(error instanceof AppError && error.name === "WorkflowStateError")) throw error
      })
      return isHtmx(c) ? c.body(null, 204) : c.redirect(`/chat/${id}`, 303)
    })
    .post("/:id/delete", async (c) => {
      await deleteSession(deps, pathId(c, NOT_FOUND))
      return c.redirect("/chat", 303)
    })
}

async function readMessage(c: Context) {
  const { message, model } = await readForm(c, messageForm)
  return { ...parse(messageInput, { message }), model: model || null }
}

/** With htmx the answer as it comes, else the page once it is whole. */
async function answer(c: Context, deps: Deps, id: string, message: string): Promise<Response> {
  const generation = await answerMessage(deps, id, message, c.req.raw.signal)
  if (isHtmx(c)) {
    c.header("HX-Push-Url", `/chat/${id}`)
    return streamAnswerParts(c, deps, generation, async () => Conversation(await shown(deps, id)))
  }
  await generation.done
  return c.redirect(`/chat/${id}`, 303)
}

async function show(c: Context, deps: Deps, id?: string): Promise<Response> {
  const sessions = await listSessions(deps, { limit: LISTED })
  return c.html(ChatPage({ sessions, ...(await shown(deps, id)), ...frameOf(c) }))
}

async function shown(deps: Deps, id?: string) {
  const models = await listModels(deps.models)
  if (!id) return { session: undefined, messages: [], models }
  const session = await getSession(deps, id)
  return { session, messages: await listMessages(deps, id, { limit: SHOWN }, true), models }
}

function isHtmx(c: Context): boolean {
  return c.req.header("hx-request") !== undefined
}

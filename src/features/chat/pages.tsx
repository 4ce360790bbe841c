import { type Context, Hono } from "hono"
import { z } from "zod"
import { Conversation } from "../../../views/chat/conversation"
import { ChatPage } from "../../../views/chat/page"
import { usableModels } from "../../engines/models/choices"
import { AppError } from "../../platform/errors"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { goTo, isHtmx } from "../../platform/http/go-to"
import { parse, pathId } from "../../platform/http/validate"
import { currentSettings } from "../settings/service"
import type { ChatDeps } from "./deps"
import { streamAnswerParts } from "./page-stream"
import {
  type MessageInput,
  messageInput,
  type SessionInput,
  sessionChange,
  sessionInput,
} from "./schema"
import * as service from "./service"

const NOT_FOUND = "SessionNotFoundError"
const LISTED = 100
const SHOWN = 200

/** Without a session_id the message starts a new session. */
const messageForm = z.strictObject({
  session_id: z.uuid().or(z.literal("")).default(""),
  message: z.string(),
  model: z.string().default(""),
  /** Whether to answer from the documents. */
  documents: z.enum(["on", ""]).default(""),
})
const titleForm = z.strictObject({ title: z.string() })

export function chatPages(deps: ChatDeps): Hono {
  return new Hono()
    .get("/", (c) => show(c, deps))
    .post("/", async (c) => {
      const { session_id, message: said, model, documents } = await readForm(c, messageForm)
      const input = parse(messageInput, { message: said, use_rag: documents === "on" })
      const id = await sessionFor(deps, session_id, parse(sessionInput, { model: model || null }))
      return answer(c, deps, id, input)
    })
    .get("/:id", (c) => show(c, deps, pathId(c, NOT_FOUND)))
    .post("/:id/title", async (c) => {
      const id = pathId(c, NOT_FOUND)
      await service.changeSession(deps, id, parse(sessionChange, await readForm(c, titleForm)))
      return goTo(c, `/chat/${id}`)
    })
    .post("/:id/stop", async (c) => {
      const id = pathId(c, NOT_FOUND)
      await service.stopAnswer(deps, id).catch((error) => {
        // It had already ended, which is what the user wanted.
        if (!(error instanceof AppError && error.name === "WorkflowStateError")) throw error
      })
      return isHtmx(c) ? c.body(null, 204) : c.redirect(`/chat/${id}`, 303)
    })
    .post("/:id/delete", async (c) => {
      await service.deleteSession(deps, pathId(c, NOT_FOUND))
      return c.redirect("/chat", 303)
    })
}

/** Returns the session's id. Creates it or changes its model if necessary. */
async function sessionFor(deps: ChatDeps, id: string, { model }: SessionInput): Promise<string> {
  // An unchanged model is not stored, so it keeps following the settings.
  const present = id
    ? (await service.getSession(deps, id)).model
    : (await currentSettings(deps)).defaultModel
  const change = model === present ? {} : { model }
  if (!id) return (await service.createSession(deps, change)).id
  if (change.model !== undefined) await service.changeSession(deps, id, change)
  return id
}

/** Streams the answer to htmx, or redirects to the page once the answer is complete. */
async function answer(
  c: Context,
  deps: ChatDeps,
  id: string,
  input: MessageInput,
): Promise<Response> {
  const generation = await service.answerMessage(deps, id, input, c.req.raw.signal)
  if (isHtmx(c)) {
    c.header("HX-Push-Url", `/chat/${id}`)
    return streamAnswerParts(c, deps, generation, async () => Conversation(await shown(deps, id)))
  }
  await generation.done
  return c.redirect(`/chat/${id}`, 303)
}

async function show(c: Context, deps: ChatDeps, id?: string): Promise<Response> {
  const sessions = await service.listSessions(deps, { limit: LISTED })
  return c.html(ChatPage({ sessions, ...(await shown(deps, id)), ...frameOf(c) }))
}

async function shown(deps: ChatDeps, id?: string) {
  const { defaultModel } = await currentSettings(deps)
  const choices = { models: await usableModels(deps.models), defaultModel }
  if (!id) return { session: undefined, messages: [], ...choices }
  const session = await service.getSession(deps, id)
  return {
    session,
    messages: await service.listShown(deps, id, SHOWN),
    ...choices,
  }
}

import { type Context, Hono } from "hono"
import { z } from "zod"
import type { AnswerTexts } from "../../../views/chat/answer-text"
import { ConversationPart } from "../../../views/chat/page"
import { AppError } from "../../platform/errors"
import { formList, readForm } from "../../platform/http/form"
import { isHtmx } from "../../platform/http/go-to"
import { parse, pathId, readQuery } from "../../platform/http/validate"
import { pickedIn, pickerFields } from "../library/picker-form"
import { currentSettings } from "../settings/service"
import type { ChatDeps } from "./deps"
import type { Generation } from "./generation"
import { streamAnswerParts } from "./page-stream"
import { againInput, continueInput, type MessageInput, messageInput, sessionInput } from "./schema"
import * as service from "./service"
import { readConversation, readList } from "./shown"
import { removeSummary, summarise } from "./summary"

const NOT_FOUND = "SessionNotFoundError"
/** How long an answer waits for the stream of the page that asked for it. */
const SHOWN_MS = 10_000

/** Without a session_id the message starts a new session. */
const messageForm = z.strictObject({
  session_id: z.uuid().or(z.literal("")).default(""),
  message: z.string(),
  /** Without it, the session keeps its own. */
  model: z.string().optional(),
  beside_model: z.string().optional(),
  /** Whether to answer from the documents. */
  documents: z.enum(["on", ""]).default(""),
  /** What the message follows, for another version of it. */
  parent_id: z.uuid().or(z.literal("none")).optional(),
  folders: formList.default([]),
  image_ids: formList.default([]),
  ...pickerFields,
})
type MessageForm = z.output<typeof messageForm>
const streamQuery = z.object({
  answers: z
    .string()
    .transform((ids) => ids.split(","))
    .pipe(z.array(z.uuid()).max(2)),
})
const showForm = z.strictObject({ message_id: z.uuid() })

/** Asks, asks again, and shows the answers while they are written. */
export function answerPages(deps: ChatDeps, texts: AnswerTexts): Hono {
  return new Hono()
    .post("/", async (c) => {
      const form = await readForm(c, messageForm)
      const input = parse(messageInput, inputOf(form))
      const id = await sessionFor(deps, form)
      if (!form.session_id) c.header("HX-Push-Url", `/chat/${id}`)
      return answer(c, deps, texts, id, (signal) => answerByAll(deps, id, input, signal))
    })
    .post("/:id/again", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const input = parse(againInput, await readForm(c, showForm))
      return answer(c, deps, texts, id, async (signal) => [
        await service.answerAgain(deps, id, input, signal),
      ])
    })
    .post("/:id/continue", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const input = parse(continueInput, await readForm(c, showForm))
      return answer(c, deps, texts, id, async (signal) => [
        await service.continueAnswer(deps, id, input, signal),
      ])
    })
    .post("/:id/show", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const { message_id } = await readForm(c, showForm)
      await service.showMessage(deps, id, message_id)
      return showConversation(c, deps, texts, id)
    })
    .post("/:id/summary", async (c) => {
      const id = pathId(c, NOT_FOUND)
      await summarise(deps, id, c.req.raw.signal)
      return showConversation(c, deps, texts, id)
    })
    .post("/:id/summary/remove", async (c) => {
      const id = pathId(c, NOT_FOUND)
      await removeSummary(deps, id)
      return showConversation(c, deps, texts, id)
    })
    .get("/:id/stream", async (c) => {
      const { id } = await service.getSession(deps, pathId(c, NOT_FOUND))
      if (!isHtmx(c)) return c.redirect(`/chat/${id}`, 303)
      return streamAnswerParts(c, deps, id, readQuery(c, streamQuery).answers)
    })
    .get("/:id/messages/:message_id", async (c) => {
      const message = await service.getMessage(deps, pathId(c, NOT_FOUND, "message_id"))
      return c.text(message.content)
    })
    .post("/:id/stop", async (c) => {
      const id = pathId(c, NOT_FOUND)
      await service.stopAnswer(deps, id).catch((error) => {
        // It had already ended, which is what the user wanted.
        if (!(error instanceof AppError && error.name === "WorkflowStateError")) throw error
      })
      return isHtmx(c) ? c.body(null, 204) : c.redirect(`/chat/${id}`, 303)
    })
}

function inputOf(form: MessageForm) {
  const { message, documents, parent_id, folders, image_ids } = form
  // Another version of a question shows its own images.
  const place = parent_id && { parent_id: parent_id === "none" ? null : parent_id, image_ids }
  if (documents !== "on") return { message, use_rag: false, ...place }
  return {
    ...{ message, use_rag: true, ...place },
    document_ids: pickedIn(form, "document_ids"),
    folders,
  }
}

/** Returns the session's id. Creates it or changes its models if necessary. */
async function sessionFor(deps: ChatDeps, form: MessageForm): Promise<string> {
  const { session_id: id, model, beside_model: beside } = form
  const present = id
    ? await service.getSession(deps, id)
    : { model: (await currentSettings(deps)).defaultModel, beside_model: null }
  const isOther = beside !== undefined && beside !== (present.beside_model ?? "")
  const change = parse(sessionInput, {
    // An unchanged model is not stored, so it keeps following the settings.
    ...(model !== undefined && model !== present.model && { model: model || null }),
    ...(isOther && { beside_model: beside || null }),
  })
  if (!id) return (await service.createSession(deps, change)).id
  if (Object.keys(change).length > 0) await service.changeSession(deps, id, change)
  return id
}

/** Has the session's model answer, and beside it the second one, if there is one. */
async function answerByAll(
  deps: ChatDeps,
  id: string,
  input: MessageInput,
  signal: AbortSignal,
): Promise<Generation[]> {
  const first = await service.answerMessage(deps, id, input, signal)
  if ((await service.getSession(deps, id)).beside_model === null) return [first]
  const again = { message_id: first.turn.userMessageId, beside: true }
  return [first, await service.answerAgain(deps, id, again, signal)]
}

/**
 * Shows the conversation with the new answers, whose stream the page then reads. Without scripts,
 * redirects to the page once they are complete.
 */
async function answer(
  c: Context,
  deps: ChatDeps,
  texts: AnswerTexts,
  id: string,
  begin: (signal: AbortSignal) => Promise<Generation[]>,
): Promise<Response> {
  const { signal } = isHtmx(c) ? new AbortController() : c.req.raw
  const begun = await begin(signal)
  if (isHtmx(c)) for (const { readers } of begun) readers.own(SHOWN_MS)
  else await Promise.all(begun.map(({ done }) => done))
  return showConversation(c, deps, texts, id)
}

async function showConversation(
  c: Context,
  deps: ChatDeps,
  texts: AnswerTexts,
  id: string,
): Promise<Response> {
  if (!isHtmx(c)) return c.redirect(`/chat/${id}`, 303)
  const { messages, ...conversation } = await readConversation(c, deps, id)
  const shown = { ...conversation, messages: texts.renderAll(messages) }
  return c.html(await ConversationPart({ ...(await readList(c, deps, id)), ...shown }))
}

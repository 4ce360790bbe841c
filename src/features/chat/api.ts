import { type Context, Hono } from "hono"
import { z } from "zod"
import { invalid } from "../../platform/errors"
import { answerList, answerOldestFirst, linkNext, pageWith } from "../../platform/http/list"
import {
  pathId,
  readJson,
  readLargeJson,
  readOptionalJson,
  readQuery,
} from "../../platform/http/validate"
import { answersApi } from "./answers-api"
import { attachmentsApi } from "./attachments-api"
import type { ChatDeps } from "./deps"
import { sessionChange, sessionInput, showInput } from "./schema"
import * as service from "./service"
import type { MessageRange } from "./store"
import { removeSummary, summarise } from "./summary"
import { exportMarkdown, exportSession } from "./transfer/export"
import { importSession } from "./transfer/import"
import { chatFile, exportQuery } from "./transfer/schema"

const NOT_FOUND = "SessionNotFoundError"
const sessionsQuery = pageWith({ query: z.string().trim().max(200).optional() })
const messagesQuery = pageWith({
  after: z.uuid().optional(),
  /** Only the branch that is shown: its newest messages, or those before one. */
  branch: z.literal("shown").optional(),
})

export function chatApi(deps: ChatDeps): Hono {
  return new Hono()
    .get("/sessions", (c) => {
      const { query, ...page } = readQuery(c, sessionsQuery)
      const { signal } = c.req.raw
      return answerList(c, (page) => service.listSessions(deps, { ...page, query }, signal), page)
    })
    .post("/sessions", async (c) => {
      return c.json(await service.createSession(deps, await readOptionalJson(c, sessionInput)), 201)
    })
    .post("/sessions/import", async (c) => {
      const file = await readLargeJson(deps.config, c, chatFile)
      return c.json(await importSession(deps, file), 201)
    })
    .get("/sessions/:id/export", async (c) => {
      const { format } = readQuery(c, exportQuery)
      const id = pathId(c, NOT_FOUND)
      const name = `chat-${id}.${format === "json" ? "json" : "md"}`
      c.header("Content-Disposition", `attachment; filename="${name}"`)
      if (format === "json") return c.json(await exportSession(deps, id))
      c.header("Content-Type", "text/markdown; charset=utf-8")
      return c.body(await exportMarkdown(deps, id))
    })
    .get("/sessions/:id", async (c) => c.json(await service.getSession(deps, pathId(c, NOT_FOUND))))
    .patch("/sessions/:id", async (c) => {
      const change = await readJson(c, sessionChange)
      return c.json(await service.changeSession(deps, pathId(c, NOT_FOUND), change))
    })
    .delete("/sessions/:id", async (c) => {
      await service.deleteSession(deps, pathId(c, NOT_FOUND))
      return c.json({ status: "deleted" })
    })
    .get("/sessions/:id/messages", async (c) => {
      const { limit, branch, ...range } = readQuery(c, messagesQuery)
      const id = pathId(c, NOT_FOUND)
      if (branch) return answerShown(c, deps, id, { limit, ...range })
      const messages = await service.listMessages(deps, id, { limit: limit + 1, ...range })
      return answerOldestFirst(c, messages, limit)
    })
    .delete("/sessions/:id/messages/:message_id", async (c) => {
      const id = pathId(c, NOT_FOUND)
      await service.deleteMessage(deps, id, pathId(c, "NotFoundError", "message_id"))
      return c.json({ status: "deleted" })
    })
    .post("/sessions/:id/summary", async (c) => {
      await readOptionalJson(c, z.strictObject({}))
      return c.json(await summarise(deps, pathId(c, NOT_FOUND), c.req.raw.signal))
    })
    .delete("/sessions/:id/summary", async (c) => {
      await removeSummary(deps, pathId(c, NOT_FOUND))
      return c.json({ status: "deleted" })
    })
    .post("/sessions/:id/show", async (c) => {
      const { message_id } = await readJson(c, showInput)
      const id = pathId(c, NOT_FOUND)
      await service.showMessage(deps, id, message_id)
      return c.json(await service.getSession(deps, id))
    })
    .route("/", answersApi(deps))
    .route("/", attachmentsApi(deps))
}

/** Answers the end of the branch that is shown. The link leads to the messages before. */
async function answerShown(
  c: Context,
  deps: ChatDeps,
  id: string,
  { limit, before, after }: MessageRange,
) {
  if (after) throw invalid("after", "A branch is read from its end: use before.")
  const messages = await service.listShown(deps, id, limit + 1, before)
  const shown = messages.slice(-limit)
  const [first] = shown
  if (first && messages.length > limit) linkNext(c, "before", first.id, limit)
  return c.json(shown)
}

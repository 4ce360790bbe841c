import { Hono } from "hono"
import { z } from "zod"
import { answerList, answerOldestFirst, pageWith } from "../../platform/http/list"
import { pathId, readJson, readOptionalJson, readQuery } from "../../platform/http/validate"
import type { ChatDeps } from "./deps"
import { againInput, messageInput, sessionChange, sessionInput } from "./schema"
import * as service from "./service"
import { streamAnswer } from "./stream"

const NOT_FOUND = "SessionNotFoundError"
const messagesQuery = pageWith({ after: z.uuid().optional() })

export function chatApi(deps: ChatDeps): Hono {
  return new Hono()
    .get("/sessions", (c) => answerList(c, (page) => service.listSessions(deps, page)))
    .post("/sessions", async (c) => {
      return c.json(await service.createSession(deps, await readOptionalJson(c, sessionInput)), 201)
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
      const { limit, ...range } = readQuery(c, messagesQuery)
      const id = pathId(c, NOT_FOUND)
      const messages = await service.listMessages(deps, id, { limit: limit + 1, ...range })
      return answerOldestFirst(c, messages, limit)
    })
    .post("/sessions/:id/stream", async (c) => {
      const input = await readJson(c, messageInput)
      const id = pathId(c, NOT_FOUND)
      return streamAnswer(c, await service.answerMessage(deps, id, input, c.req.raw.signal))
    })
    .post("/sessions/:id/message", async (c) => {
      const input = await readJson(c, messageInput)
      const id = pathId(c, NOT_FOUND)
      const generation = await service.answerMessage(deps, id, input, c.req.raw.signal)
      const { error } = await generation.done
      if (error) throw error
      return c.json(await service.getMessage(deps, generation.turn.answerId))
    })
    .post("/sessions/:id/regenerate", async (c) => {
      const input = await readOptionalJson(c, againInput)
      const id = pathId(c, NOT_FOUND)
      return streamAnswer(c, await service.answerAgain(deps, id, input, c.req.raw.signal))
    })
    .post("/sessions/:id/stop", async (c) => {
      await readOptionalJson(c, z.strictObject({}))
      return c.json(await service.stopAnswer(deps, pathId(c, NOT_FOUND)))
    })
}

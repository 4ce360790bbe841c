import { Hono } from "hono"
import { z } from "zod"
import { pathId, readJson, readOptionalJson } from "../../platform/http/validate"
import type { ChatDeps } from "./deps"
import { againInput, continueInput, messageInput } from "./schema"
import * as service from "./service"
import { streamAnswer } from "./stream"

const NOT_FOUND = "SessionNotFoundError"

/** Messages to sessions, and their answers. */
export function answersApi(deps: ChatDeps): Hono {
  return new Hono()
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
    .post("/sessions/:id/continue", async (c) => {
      const input = await readOptionalJson(c, continueInput)
      const id = pathId(c, NOT_FOUND)
      return streamAnswer(c, await service.continueAnswer(deps, id, input, c.req.raw.signal))
    })
    .post("/sessions/:id/stop", async (c) => {
      await readOptionalJson(c, z.strictObject({}))
      return c.json(await service.stopAnswer(deps, pathId(c, NOT_FOUND)))
    })
}

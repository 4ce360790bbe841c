import { Hono } from "hono"
import { readJson } from "../../platform/http/validate"
import type { OpenAiDeps } from "./deps"
import { embed } from "./embeddings"
import { getModel, listModels } from "./models"
import { headingOf, presentCompletion } from "./present"
import { readRequest } from "./request"
import { completionRequest, embeddingRequest } from "./schema"
import { streamCompletion } from "./stream"

/** The part of OpenAI's API that its clients need to talk to models, documents and agents. */
export function openAiApi(deps: OpenAiDeps): Hono {
  return new Hono()
    .get("/models", async (c) => c.json({ object: "list", data: await listModels(deps) }))
    .get("/models/:id{.+}", async (c) => c.json(await getModel(deps, c.req.param("id"))))
    .post("/chat/completions", async (c) => {
      const request = await readJson(c, completionRequest)
      const asked = await readRequest(deps, request)
      const completion = deps.completions.begin(asked, c.req.raw.signal)
      if (request.stream) return streamCompletion(c, request, completion)
      const ended = await completion.ended
      if (ended.error) throw ended.error
      const { origin } = new URL(c.req.url)
      return c.json(presentCompletion(completion, ended, headingOf(request.model), origin))
    })
    .post("/embeddings", async (c) => {
      const request = await readJson(c, embeddingRequest)
      return c.json(await embed(deps, request, c.req.raw.signal))
    })
}

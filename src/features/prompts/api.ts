import { Hono } from "hono"
import { z } from "zod"
import type { DbDeps } from "../../platform/deps"
import { pathId, readJson, readQuery } from "../../platform/http/validate"
import { promptChange, promptInput } from "./schema"
import * as service from "./service"

const NOT_FOUND = "NotFoundError"
const listQuery = z.strictObject({ query: z.string().max(100).optional() })

export function promptsApi(deps: DbDeps): Hono {
  return new Hono()
    .get("/", async (c) => c.json(await service.listPrompts(deps, readQuery(c, listQuery).query)))
    .post("/", async (c) => {
      return c.json(await service.createPrompt(deps, await readJson(c, promptInput)), 201)
    })
    .get("/:id", async (c) => c.json(await service.getPrompt(deps, pathId(c, NOT_FOUND))))
    .patch("/:id", async (c) => {
      const change = await readJson(c, promptChange)
      return c.json(await service.changePrompt(deps, pathId(c, NOT_FOUND), change))
    })
    .delete("/:id", async (c) => {
      await service.deletePrompt(deps, pathId(c, NOT_FOUND))
      return c.json({ status: "deleted" })
    })
}

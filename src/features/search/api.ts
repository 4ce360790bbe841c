import { Hono } from "hono"
import type { EngineDeps } from "../../engines/deps"
import { readJson } from "../../platform/http/validate"
import { searchInput } from "./schema"
import { retrieve } from "./service"

export function searchApi(deps: EngineDeps): Hono {
  const api = new Hono()
  api.post("/query", async (c) => c.json(await retrieve(deps, await readJson(c, searchInput))))
  return api
}

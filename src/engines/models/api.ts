import { Hono } from "hono"
import type { Deps } from "../../deps"
import { listCatalog } from "./choices"

/** The models that there are, under /api/models. */
export function modelsApi(deps: Deps): Hono {
  return new Hono().get("/", async (c) => c.json(await listCatalog(deps.models)))
}

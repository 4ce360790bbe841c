import { Hono } from "hono"
import type { EngineDeps } from "../../engines/deps"
import { listCatalog } from "../../engines/models/choices"
import { readDefaultModel } from "./default-model"

/** Lists the models, under /api/models. */
export function modelsApi(deps: EngineDeps): Hono {
  return new Hono()
    .get("/", async (c) => c.json(await listCatalog(deps.models)))
    .get("/default", async (c) => c.json(await readDefaultModel(deps)))
}

import { Hono } from "hono"
import type { Deps } from "../deps"
import { readJson, readOptionalJson } from "../http/validate"
import { testProvider } from "./provider-test"
import { providerTestInput, settingsChange } from "./schema"
import { changeSettings, listSettings } from "./service"

export function settingsApi(deps: Deps): Hono {
  return new Hono()
    .get("/", async (c) => c.json(await listSettings(deps)))
    .patch("/", async (c) => c.json(await changeSettings(deps, await readJson(c, settingsChange))))
    .post("/providers/:name/test", async (c) => {
      const { timeout } = await readOptionalJson(c, providerTestInput)
      return c.json(await testProvider(deps, c.req.param("name"), timeout * 1000))
    })
}

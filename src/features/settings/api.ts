import { Hono } from "hono"
import { actorOf } from "../../platform/actors/actor"
import { readJson, readOptionalJson } from "../../platform/http/validate"
import type { SettingsDeps, TestProvider } from "./deps"
import { providerTestInput, settingsChange } from "./schema"
import { changeSettings, listSettings } from "./service"

export function settingsApi(deps: SettingsDeps, testProvider: TestProvider): Hono {
  return new Hono()
    .get("/", async (c) => c.json(await listSettings(deps)))
    .patch("/", async (c) => {
      const change = await readJson(c, settingsChange)
      return c.json(await changeSettings(deps, change, await actorOf(c, deps)))
    })
    .post("/providers/:name/test", async (c) => {
      const { timeout } = await readOptionalJson(c, providerTestInput)
      return c.json(await testProvider(c.req.param("name"), timeout * 1000))
    })
}

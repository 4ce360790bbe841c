import { Hono } from "hono"
import { z } from "zod"
import { actorOf } from "../../platform/actors/actor"
import { readJson, readOptionalJson } from "../../platform/http/validate"
import type { SettingsDeps, TestProvider } from "./deps"
import { checkProvider, findProviders, keepProvider, listProviders } from "./providers"
import { providerChange, providerCheckInput, providerTestInput, settingsChange } from "./schema"
import { changeSettings, listSettings } from "./service"

export function settingsApi(deps: SettingsDeps, testProvider: TestProvider): Hono {
  return new Hono()
    .get("/", async (c) => c.json(await listSettings(deps)))
    .patch("/", async (c) => {
      const change = await readJson(c, settingsChange)
      return c.json(await changeSettings(deps, change, await actorOf(c, deps)))
    })
    .get("/providers", async (c) => c.json(await listProviders(deps)))
    .post("/providers/check", async (c) => {
      await readOptionalJson(c, z.strictObject({}))
      return c.json(await findProviders(deps))
    })
    .patch("/providers/:name", async (c) => {
      const change = await readJson(c, providerChange)
      return c.json(await keepProvider(deps, c.req.param("name"), change, await actorOf(c, deps)))
    })
    .post("/providers/:name/check", async (c) => {
      const given = await readOptionalJson(c, providerCheckInput)
      return c.json(await checkProvider(deps, c.req.param("name"), given))
    })
    .post("/providers/:name/test", async (c) => {
      const { timeout } = await readOptionalJson(c, providerTestInput)
      return c.json(await testProvider(c.req.param("name"), timeout * 1000))
    })
}

import { type Context, Hono } from "hono"
import { z } from "zod"
import { SettingsPage } from "../../../views/settings/page"
import { knownModels } from "../../engines/models/choices"
import { actorOf } from "../../platform/actors/actor"
import { sections } from "../../platform/config/config"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { goTo } from "../../platform/http/go-to"
import { listAudit } from "../audit/service"
import type { SettingsDeps, TestProvider } from "./deps"
import { listProviders } from "./providers"
import { type ProviderTest, providerTestInput } from "./schema"
import { changeSettings, listSettings } from "./service"

const AUDIT_ENTRIES = 20

/** An empty field resets the setting to its configured value. */
const settingsForm = z.record(
  z.string(),
  z.string().transform((text) => (text.trim() === "" ? null : text)),
)

export function settingsPages(deps: SettingsDeps, testProvider: TestProvider): Hono {
  return new Hono()
    .get("/", (c) => show(c, deps))
    .post("/", async (c) => {
      await changeSettings(deps, await readForm(c, settingsForm), await actorOf(c, deps))
      return goTo(c, "/settings")
    })
    .post("/providers/:name/test", async (c) => {
      const { timeout } = providerTestInput.parse({})
      const tested = await testProvider(c.req.param("name"), timeout * 1000)
      // The test may change the providers, so the parts that show them reload.
      c.header("HX-Trigger", "amelia:changed")
      return show(c, deps, tested)
    })
}

async function show(c: Context, deps: SettingsDeps, tested?: ProviderTest): Promise<Response> {
  const [providers, models, settings, automatic, audit] = await Promise.all([
    listProviders(deps),
    knownModels(deps.models),
    listSettings(deps),
    deps.models.resolve("auto"),
    listAudit(deps, { limit: AUDIT_ENTRIES }),
  ])
  const page = SettingsPage({
    providers,
    models,
    settings,
    sections: Object.entries(sections).map(([title, names]) => ({
      title,
      names: Object.keys(names).map((name) => name.toLowerCase() as keyof typeof settings),
    })),
    automatic: automatic.id,
    audit,
    config_file: deps.config.settingsFile,
    ...(tested && { tested }),
    ...frameOf(c),
  })
  return c.html(page)
}

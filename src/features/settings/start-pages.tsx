import { type Context, Hono } from "hono"
import { z } from "zod"
import { StartPage } from "../../../views/settings/start"
import { actorOf } from "../../platform/actors/actor"
import { AppError } from "../../platform/errors"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { goTo } from "../../platform/http/go-to"
import { parse } from "../../platform/http/validate"
import { readDefaultModel } from "./default-model"
import type { SettingsDeps } from "./deps"
import { findProviders, keepProvider } from "./providers"
import { providerChange } from "./schema"

/** Settings → Get started, under /settings/start. */
export function startPages(deps: SettingsDeps): Hono {
  return new Hono()
    .get("/", (c) => show(c, deps))
    .post("/:name", async (c) => {
      const name = c.req.param("name")
      const form = await readForm(c, z.record(z.string(), z.string()))
      try {
        const change = parse(providerChange, form)
        await keepProvider(deps, name, change, await actorOf(c, deps))
      } catch (error) {
        if (!(error instanceof AppError) || !isAboutInput(error)) throw error
        return show(c, deps, { name, sentence: error.message })
      }
      return goTo(c, `/settings/start?kept=${name}`)
    })
}

/** Shown beside the field. Anything else, such as a refused actor, is shown like everywhere. */
function isAboutInput({ name }: AppError): boolean {
  return name === "ValidationError" || name === "ServiceUnavailableError"
}

async function show(
  c: Context,
  deps: SettingsDeps,
  problem?: { name: string; sentence: string },
): Promise<Response> {
  const providers = await findProviders(deps)
  const page = StartPage({
    ...{ providers, model: await readDefaultModel(deps) },
    settings_file: deps.config.settingsFile,
    ...(problem && { problem }),
    kept: c.req.query("kept"),
    ...frameOf(c),
  })
  return c.html(page)
}

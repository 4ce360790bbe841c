import { existsSync } from "node:fs"
import type { LoadedConfig } from "../../../platform/config/config"
import { AppError, messageOf } from "../../../platform/errors"
import type { Context } from "../context"
import { type CommonOptions, loadConfig } from "../settings"
import { type Check, failed, ok, warning } from "./check"

export type Settings = { loaded?: LoadedConfig; checks: Check[] }

/** Reads the settings as every command does. `loaded` is missing if they are invalid. */
export async function checkSettings(context: Context, options: CommonOptions): Promise<Settings> {
  try {
    const loaded = await loadConfig(context, options)
    await context.checkPrices(loaded.config.home)
    const file = loaded.config.settingsFile
    const { warnings } = loaded
    const place = existsSync(file) ? file : `there is no ${file}, so defaults`
    const good = ok("Settings", `${place} and the environment`)
    const checks = warnings.map((it) => warning("Settings", it))
    return { loaded, checks: checks.length > 0 ? checks : [good] }
  } catch (error) {
    return { checks: problemsOf(error) }
  }
}

function problemsOf(error: unknown): Check[] {
  if (!(error instanceof AppError) || error.name !== "ConfigurationError") throw error
  const { issues, home } = error.details
  if (home !== undefined) return [failed("Home", error.message)]
  if (!Array.isArray(issues)) return [failed("Settings", messageOf(error))]
  return issues.map(({ setting, message, source }) =>
    failed("Settings", `${setting}: ${message}.`, `Change it in ${source}.`),
  )
}

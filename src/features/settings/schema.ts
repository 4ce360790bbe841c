import { z } from "zod"
import type { ProviderName } from "../../engines/models/model"
import type { SettingName } from "../../platform/config/settings"
import type { ErrorName } from "../../platform/errors"

/** Settings that can change while Amelia runs. All others are read once, at startup. */
export const changeable = [
  ...(["DEFAULT_MODEL", "DEFAULT_MAX_TOKENS", "BUDGET_RUN_USD", "BUDGET_DAY_USD"] as const),
  ...(["RETENTION_DAYS", "RECORD_BODIES"] as const),
] satisfies SettingName[]
export type ChangeableName = (typeof changeable)[number]

type SettingValue = string | number | boolean | string[] | null

export type Setting = {
  /** The current value; null if unset. Secrets are redacted. */
  value: SettingValue
  /** The value without the change at run time. The same as `value` if there is no change. */
  configured: SettingValue
  /** Where the value comes from, such as "the environment". */
  source: string
  changeable: boolean
  meaning: string
}

/** Settings by lower-case name. */
export type Settings = Record<Lowercase<SettingName>, Setting>

/** New values by name. Null resets to the configured value. The service checks names and values. */
export const settingsChange = z.record(z.string(), z.unknown())
export type SettingsChange = {
  [Name in Lowercase<ChangeableName>]?: string | number | boolean | null
}

export const providerTestInput = z.strictObject({
  /** Seconds. A model that must be loaded first may need more than the default. */
  timeout: z.number().min(0.1).max(600).default(20),
})
export type ProviderTestInput = z.input<typeof providerTestInput>

/** The result of one small question to a provider. */
export type ProviderTest = {
  provider: ProviderName
  ok: boolean
  /** The id of the model that was asked; null if there is none. */
  model: string | null
  duration_ms: number
  first_token_ms?: number
  /** For people. */
  sentence: string
  error?: ErrorName
}

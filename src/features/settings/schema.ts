import { z } from "zod"
import type { ProviderName } from "../../engines/models/model"
import type { SettingName } from "../../platform/config/settings"
import type { ErrorName } from "../../platform/errors"

/** What may be changed while Amelia runs; all else is read once, at the start. */
export const changeable = [
  ...(["DEFAULT_MODEL", "DEFAULT_MAX_TOKENS", "BUDGET_RUN_USD", "BUDGET_DAY_USD"] as const),
  ...(["RETENTION_DAYS", "RECORD_BODIES"] as const),
] satisfies SettingName[]
export type ChangeableName = (typeof changeable)[number]

export type SettingValue = string | number | boolean | string[] | null

export type Setting = {
  /** A secret's is redacted; null for none. */
  value: SettingValue
  /** What holds without the change at run time; the same if there is none. */
  configured: SettingValue
  /** Where the value was found, such as "the environment". */
  source: string
  changeable: boolean
  meaning: string
}

/** By the names of the settings in lower case. */
export type Settings = Record<Lowercase<SettingName>, Setting>

/** Null returns to the configured value. Which names and values there are is the service's to say. */
export const settingsChange = z.record(z.string(), z.unknown())
export type SettingsChange = {
  [Name in Lowercase<ChangeableName>]?: string | number | boolean | null
}

export const providerTestInput = z.strictObject({
  /** Seconds; a model that has to be loaded first can take longer than the standard. */
  timeout: z.number().min(0.1).max(600).default(20),
})
export type ProviderTestInput = z.input<typeof providerTestInput>

/** What became of one small question to a provider. */
export type ProviderTest = {
  provider: ProviderName
  ok: boolean
  /** The id of the model that was asked; null if there is none to ask. */
  model: string | null
  duration_ms: number
  first_token_ms?: number
  /** For people. */
  sentence: string
  error?: ErrorName
}

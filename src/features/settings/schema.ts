import { z } from "zod"
import type { ProviderName } from "../../engines/models/model"
import type { ListedProvider } from "../../engines/models/schema"
import type { SettingName } from "../../platform/config/settings"
import type { ErrorName } from "../../platform/errors"
import type { Standing } from "../../platform/shapes/provider-standing"

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

/** A provider with its standing. Its key is redacted. */
export type ProviderState = Omit<ListedProvider, "fix"> &
  Standing & {
    /** The setting that holds its key; null if it needs none. */
    key_setting: SettingName | null
    shown_key: string | null
  }

const key = z.string().trim().min(1, "Give a key.").max(1000)

export const providerCheckInput = z.strictObject({ key: key.optional() })

export const providerChange = z
  .strictObject({
    key: key.optional(),
    /** The default model from now on. */
    model: z.string().trim().min(1, "Give a model.").max(200).optional(),
  })
  .refine(({ key, model }) => key !== undefined || model !== undefined, "Give a key or a model.")
export type ProviderChange = z.output<typeof providerChange>

/** Whether a provider would answer, found by a question that costs nothing. */
export type ProviderCheck = {
  provider: ProviderName
  ok: boolean
  /** For people. */
  sentence: string
  /** The models that it offers now; empty if it doesn't tell. */
  models: string[]
}

/** A provider and what it said when it was asked; null if it isn't set up. */
export type FoundProvider = ProviderState & { answer: ProviderCheck | null }

export function isReady({ usable, answer }: FoundProvider): boolean {
  return usable && answer?.ok === true
}

export type ProviderKept = ProviderCheck & {
  /** The id of the new default model; null if it wasn't changed. */
  model: string | null
  settings_file: string
}

/** The model that answers if nobody chooses another. */
export type DefaultModel = {
  /** What DEFAULT_MODEL stands for now. */
  id: string
  /** What people should know about it; null if nothing. */
  note: string | null
  fix: string | null
}

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

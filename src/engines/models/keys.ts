import type { Config } from "../../platform/config/config"
import type { SettingName } from "../../platform/config/settings"
import type { ProviderName } from "./model"

type Key = { setting: SettingName; trial: (key: string) => Partial<Config> }

/** The providers that are set up with a key alone. */
export const keys: Partial<Record<ProviderName, Key>> = {
  anthropic: { setting: "ANTHROPIC_API_KEY", trial: (key) => ({ anthropicApiKey: key }) },
  openrouter: { setting: "OPENROUTER_API_KEY", trial: (key) => ({ openrouterApiKey: key }) },
}

export { inheritedWithDesktop } from "./inherited"
export { checkKept, keepSettings } from "./keep"
export type { RateLimit } from "./kinds"
export {
  type ConfigSources,
  checkValue,
  type LoadedConfig,
  readConfig,
  wrongSettings,
} from "./read"
export { isLoopback, type Problem } from "./rules"
export { hideSecrets, redact, secretsOf } from "./secrets"
export {
  type Config,
  camelCase,
  type SettingName,
  sections,
  settingNames,
  settingOf,
} from "./settings"
export { nearest } from "./spelling"

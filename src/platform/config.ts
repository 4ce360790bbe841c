export { checkValue } from "./config/check"
export { inheritedWithDesktop } from "./config/inherited"
export type { RateLimit } from "./config/kinds"
export {
  type ConfigSources,
  type LoadedConfig,
  readConfig,
  wrongSettings,
} from "./config/read"
export { isLoopback, noModelKey, type Problem } from "./config/rules"
export { hideSecrets, redact, secretsOf } from "./config/secrets"
export {
  type Config,
  camelCase,
  type SettingName,
  sections,
  settingNames,
  settingOf,
} from "./config/settings"
export { nearest } from "./config/spelling"

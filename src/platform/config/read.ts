import { join, resolve } from "node:path"
import { AppError } from "../errors"
import { type Environment, resolveHome } from "../home/home"
import { type Protection, protectHome } from "../home/protect"
import { shellQuoted } from "../home/shell"
import { type EnvFile, readEnvFile } from "./env-file"
import { inherited } from "./inherited"
import { crossProblems, type Problem, warningsOf } from "./rules"
import {
  type Config,
  camelCase,
  type Given,
  type SettingName,
  settingNames,
  settingOf,
} from "./settings"
import { nearest } from "./spelling"

export type ConfigSources = {
  /** Settings by name, as text, and the two flags that say where to read them. */
  flags?: { home?: string; envFile?: string } & Partial<Record<SettingName, string>>
  env?: Environment
  /** The umask for programs that we start. Defaults to this process's umask. */
  umask?: number
  /** Base of relative paths in flags. Nothing else is read from there. */
  cwd?: string
}

export type LoadedConfig = {
  config: Config
  warnings: string[]
  /** The result of making the home private, which happens before anything in it is read. */
  protection: Protection
}

/**
 * Reads and checks all settings. Later sources win: defaults, `<home>/config.env` (or the env file
 * given as a flag), the environment, flags. Empty text is ignored. Throws one ConfigurationError
 * that lists every wrong setting (`details.issues`) or says why the home can't be trusted.
 */
export async function readConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const { flags = {}, env = {}, umask = process.umask(), cwd = process.cwd() } = sources
  const home = resolveHome({ flag: flags.home, env, cwd })
  const protection = await protectHome(home)
  const filePath = flags.envFile ? resolve(cwd, flags.envFile) : join(home, "config.env")
  const file = await readEnvFile(filePath)
  if (!file && flags.envFile) {
    const sentence = `The file ${filePath} doesn't exist.`
    throw new AppError("ConfigurationError", sentence, { path: filePath })
  }

  const problems: Problem[] = (file?.wrongLines ?? []).map((line) => ({
    setting: `line ${line}`,
    message: "is not NAME=value",
    source: filePath,
  }))
  const unknown = unknownIn(file)
  // An env file may be shared with other programs; config.env is ours alone.
  if (!flags.envFile) problems.push(...unknown.map((it) => ({ ...it, source: filePath })))
  const found: Config["given"] = {}
  const programs = { programEnv: inherited(env), programUmask: umask }
  const homeOption = flags.home ? ` --home ${shellQuoted(home)}` : ""
  const places = { home, homeOption, settingsFile: filePath, startDirectory: cwd }
  const values: Record<string, unknown> = { ...places, ...programs, given: found }
  for (const name of settingNames) {
    const given = find(name, { flags, env, file: file?.values ?? {}, filePath })
    if (given) found[name] = given
    const checked = check(name, given, home)
    if ("problem" in checked) problems.push(checked.problem)
    else values[camelCase(name)] = checked.value
  }
  // Every setting was stored above; if one failed, we throw before using it.
  const config = values as Config
  problems.push(...crossProblems(config))
  if (problems.length > 0) throw wrongSettings(problems)
  const ignored = unknown.map(
    ({ setting, message }) => `${setting} in ${filePath} ${message.replace(/[^?]$/, "$&.")}`,
  )
  const warnings = [...(file?.warnings ?? []), ...ignored, ...warningsOf(config)]
  return { config, warnings, protection }
}

type Layers = {
  flags: Partial<Record<SettingName, string>>
  env: Environment
  file: Environment
  filePath: string
}

function find(name: SettingName, layers: Layers): Given | undefined {
  const flag = layers.flags[name]
  if (flag) return { text: flag, source: "the command line" }
  const prefixed = prefixedName(name)
  const inEnv = settingOf(name).prefixOnly ? [prefixed] : [prefixed, name]
  const fromEnv = firstOf(layers.env, inEnv)
  if (fromEnv) return { text: fromEnv, source: "the environment" }
  const fromFile = firstOf(layers.file, [prefixed, name])
  return fromFile ? { text: fromFile, source: layers.filePath } : undefined
}

function prefixedName(name: string): string {
  return name.startsWith("AMELIA_") ? name : `AMELIA_${name}`
}

/** The first of `names` with a non-empty value. Exact spelling wins over another case. */
function firstOf(values: Environment, names: string[]): string | undefined {
  for (const name of names) {
    const exact = values[name]?.trim()
    if (exact) return exact
    const other = Object.keys(values).find((key) => key.toUpperCase() === name && values[key])
    if (other) return values[other]?.trim() || undefined
  }
  return undefined
}

function check(
  name: SettingName,
  given: Given | undefined,
  home: string,
): { value: unknown } | { problem: Problem } {
  const { schema, standard } = settingOf(name)
  const text = given?.text ?? standard.replace("<home>", home)
  if (text === "" && schema.isOptional()) return { value: undefined }
  const checked = checkValue(name, text)
  if ("value" in checked) return checked
  const source = given?.source ?? "its default"
  return { problem: { setting: name, message: checked.wrong, source } }
}

/** Returns the parsed value, or what is wrong with the text, to follow the setting's name. */
export function checkValue(
  name: SettingName,
  text: string,
): { value: unknown } | { wrong: string } {
  const { schema, secret } = settingOf(name)
  const result = schema.safeParse(text)
  if (result.success) return { value: result.data }
  const accepted = result.error.issues[0]?.message ?? "something else"
  const withoutPassword = text.replace(/\/\/[^/@\s]*@/, "//…@")
  const shown = secret ? "the value, not shown here," : `"${withoutPassword}"`
  return { wrong: `${shown} is wrong: it must be ${accepted}` }
}

export function wrongSettings(problems: Problem[]): AppError {
  const lines = problems.map((it) => `  ${it.setting}: ${it.message} (from ${it.source}).`)
  const count = problems.length === 1 ? "One setting is" : `${problems.length} settings are`
  const sentence = `${count} wrong, so Amelia did not start.\n${lines.join("\n")}`
  return new AppError("ConfigurationError", sentence, { issues: problems })
}

function unknownIn(file: EnvFile | undefined): Omit<Problem, "source">[] {
  const known = new Set<string>(settingNames.flatMap((name) => [name, prefixedName(name)]))
  const unknown = Object.keys(file?.values ?? {}).filter((name) => !known.has(name.toUpperCase()))
  return unknown.map((setting) => {
    const meant = nearest(setting.replace(/^AMELIA_/i, ""), settingNames)
    return {
      setting,
      message: `is not an Amelia setting${meant ? `; did you mean ${meant}?` : ""}`,
    }
  })
}

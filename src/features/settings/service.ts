import type { EngineDeps } from "../../engines/deps"
import {
  type Config,
  camelCase,
  checkValue,
  nearest,
  redact,
  type SettingName,
  settingNames,
  settingOf,
} from "../../platform/config/config"
import { AppError } from "../../platform/errors"
import type { Actor } from "../../platform/shapes/actor"
import type { Issue } from "../../platform/shapes/issue"
import { authorize } from "../audit/service"
import type { Changed } from "./changed"
import type { SettingsDeps } from "./deps"
import { type ChangeableName, changeable, type Setting, type Settings } from "./schema"
import * as store from "./store"

/** Reads the changes each time, so that they take effect at once in every process. */
export async function currentSettings({
  db,
  config,
}: Pick<EngineDeps, "db" | "config">): Promise<Config> {
  return withChanges(config, await store.listChanged(db))
}

/** Ignores changes that this version doesn't know or would refuse. */
export function withChanges(config: Config, changed: Changed[]): Config {
  const valid = changed.flatMap(({ name, value }) => {
    if (!isChangeable(name)) return []
    const checked = checkValue(name, value)
    return "value" in checked ? [[camelCase(name), checked.value] as const] : []
  })
  return { ...config, ...Object.fromEntries(valid) }
}

/** Lists every setting's current value and where it comes from. Redacts secrets. */
export async function listSettings({
  db,
  config,
}: Pick<EngineDeps, "db" | "config">): Promise<Settings> {
  const changed = await store.listChanged(db)
  const current = withChanges(config, changed)
  const entries = settingNames.map((name): [string, Setting] => {
    const value = shown(current, name)
    const isChanged = changed.some((it) => it.name === name)
    return [
      name.toLowerCase(),
      {
        value,
        configured: isChanged ? shown(config, name) : value,
        source: isChanged
          ? "a change while running"
          : (config.given[name]?.source ?? "its default"),
        changeable: isChangeable(name),
        meaning: settingOf(name).meaning,
      },
    ]
  })
  return Object.fromEntries(entries) as Settings
}

function shown(config: Config, name: SettingName): Setting["value"] {
  const values: Record<string, unknown> = config
  const value = values[camelCase(name)]
  if (value === undefined) return null
  if (typeof value === "number" || typeof value === "boolean") return value
  if (typeof value === "string") return settingOf(name).secret ? redact(value) : value
  if (Array.isArray(value)) return value.map(String)
  return config.given[name]?.text ?? settingOf(name).standard
}

/** Null resets a setting. Throws one ValidationError for all mistakes, and then changes nothing. */
export async function changeSettings(
  deps: SettingsDeps,
  change: Record<string, unknown>,
  by: Actor,
): Promise<Settings> {
  const checked = await Promise.all(
    Object.entries(change).map(([key, value]) => checkChange(deps, key, value)),
  )
  const issues = checked.flatMap((it) => ("message" in it ? it : []))
  if (issues.length > 0) throw wrongChange(issues)
  const wanted = checked.flatMap((it) => ("name" in it ? it : []))
  await deps.db.transaction(async (tx) => {
    const details = await whatChanges(tx, wanted)
    if (Object.keys(details).length === 0) return
    await authorize({ ...deps, db: tx }, by, { action: "change_settings", details })
    const kept = wanted.flatMap(({ name, value }) => (value === null ? [] : { name, value }))
    await store.putChanged(tx, kept)
    const reset = wanted.flatMap(({ name, value }) => (value === null ? name : []))
    await store.deleteChanged(tx, reset)
  })
  if (wanted.some(({ name }) => name.startsWith("BUDGET_"))) await deps.runs.moreMoney()
  return listSettings(deps)
}

type Wanted = { name: ChangeableName; value: string | null }

async function whatChanges(
  db: EngineDeps["db"],
  wanted: Wanted[],
): Promise<Record<string, unknown>> {
  const before = new Map((await store.listChanged(db)).map(({ name, value }) => [name, value]))
  const changes = wanted.filter(({ name, value }) => (before.get(name) ?? null) !== value)
  return Object.fromEntries(changes.map(({ name, value }) => [name.toLowerCase(), value]))
}

/** Returns the change in the form to store, or its error. */
async function checkChange(
  { models }: EngineDeps,
  path: string,
  value: unknown,
): Promise<Issue | Wanted> {
  const name = path.toUpperCase()
  if (path !== path.toLowerCase() || !isChangeable(name)) return { path, message: whyNot(path) }
  if (value === null) return { name, value }
  const text = typeof value === "object" ? JSON.stringify(value) : String(value).trim()
  const checked = checkValue(name, text)
  if ("wrong" in checked) return { path, message: `${checked.wrong}.` }
  const problem = name === "DEFAULT_MODEL" ? await modelProblem(models, text) : undefined
  return problem ? { path, message: problem } : { name, value: text }
}

function whyNot(path: string): string {
  const known = changeable.map((name) => name.toLowerCase())
  if (settingNames.some((name) => name.toLowerCase() === path)) {
    const where = `Set ${path.toUpperCase()} in config.env or the environment and restart Amelia.`
    return `${path} can't be changed while Amelia runs. ${where}`
  }
  const meant = nearest(path, known)
  const hint = meant ? `Did you mean ${meant}?` : `Known settings: ${known.join(", ")}.`
  return `There is no setting "${path}". ${hint}`
}

/** Returns the error of an unknown model. A model that is only unusable now may be chosen. */
async function modelProblem(models: EngineDeps["models"], id: string): Promise<string | undefined> {
  try {
    await models.resolve(id)
    return undefined
  } catch (error) {
    if (error instanceof AppError && error.name === "ValidationError") return error.message
    throw error
  }
}

function wrongChange(issues: Issue[]): AppError {
  const said = issues.map(({ path, message }) => `${path}: ${message}`)
  return new AppError("ValidationError", said.join(" "), { issues })
}

function isChangeable(name: string): name is ChangeableName {
  return changeable.some((it) => it === name)
}

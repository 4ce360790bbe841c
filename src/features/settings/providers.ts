import type { EngineDeps } from "../../engines/deps"
import { keys } from "../../engines/models/keys"
import type { Checked, ProviderName } from "../../engines/models/model"
import { idOf } from "../../engines/models/registry"
import type { ListedProvider } from "../../engines/models/schema"
import {
  checkKept,
  hideSecrets,
  keepSettings,
  nearest,
  redact,
  type SettingName,
} from "../../platform/config/config"
import { AppError, invalid } from "../../platform/errors"
import type { Actor } from "../../platform/shapes/actor"
import { standingOf } from "../../platform/shapes/provider-standing"
import { authorize } from "../audit/service"
import type { SettingsDeps } from "./deps"
import type {
  FoundProvider,
  ProviderChange,
  ProviderCheck,
  ProviderKept,
  ProviderState,
} from "./schema"
import * as store from "./store"

type ModelDeps = Pick<EngineDeps, "config" | "models">

/** Lists the providers in the order in which `auto` tries them. Redacts their keys. */
export async function listProviders({ config, models }: ModelDeps): Promise<ProviderState[]> {
  const listed = await models.list()
  return listed.map((provider) => {
    const setting = keys[provider.name]?.setting ?? null
    const key = setting && config.given[setting]?.text
    const { fix: _, ...shown } = provider
    const standing = standingOf(provider, config)
    return { ...shown, ...standing, key_setting: setting, shown_key: key ? redact(key) : null }
  })
}

export async function findProvider({ models }: ModelDeps, name: string): Promise<ListedProvider> {
  const providers = await models.list()
  const found = providers.find((provider) => provider.name === name)
  if (found) return found
  const known = providers.map(({ name }) => name)
  const sentence = `There is no provider "${name}". Known providers: ${known.join(", ")}.`
  throw new AppError("NotFoundError", sentence, { provider: name, known })
}

/** Asks a provider whether it would answer, with another key if one is given. Keeps nothing. */
export async function checkProvider(
  deps: ModelDeps,
  name: string,
  { key }: Pick<ProviderChange, "key">,
): Promise<ProviderCheck> {
  const provider = await findProvider(deps, name)
  return presented(provider.name, await check(deps, provider, key))
}

function presented(provider: ProviderName, { ok, sentence, models }: Checked): ProviderCheck {
  return { provider, ok, sentence, models: [...models] }
}

/** Asks every provider that is set up. The answers can change what `listProviders` says. */
export async function findProviders(deps: ModelDeps): Promise<FoundProvider[]> {
  const before = await listProviders(deps)
  const answers = await Promise.all(
    before.map(({ name, usable, refuses }) =>
      usable || refuses
        ? deps.models.check(name).then((checked) => presented(name, checked))
        : null,
    ),
  )
  const after = await listProviders(deps)
  return after.map((provider, at) => ({ ...provider, answer: answers[at] ?? null }))
}

async function check(
  { config, models }: ModelDeps,
  { name, title }: ListedProvider,
  key: string | undefined,
): Promise<Checked> {
  if (key === undefined) return models.check(name)
  const known = keys[name]
  if (!known) throw invalid("key", `${title} needs no key.`)
  checkKept(config, { [known.setting]: key })
  const { sentence, ...checked } = await models.check(name, known.trial(key))
  return { ...checked, sentence: hideSecrets([key])(sentence) }
}

/**
 * Keeps a key, a default model or both, if the provider answers with them. Throws ValidationError
 * for a key or model that it refuses, and ServiceUnavailableError if it doesn't answer.
 */
export async function keepProvider(
  deps: SettingsDeps,
  name: string,
  { key, model }: ProviderChange,
  by: Actor,
): Promise<ProviderKept> {
  const provider = await findProvider(deps, name)
  const checked = await check(deps, provider, key)
  if (!checked.ok) throw notKept(provider, checked, key)
  const id = model === undefined ? null : chosenModel(provider, checked, model)
  const setting = key && keys[provider.name]?.setting
  const values: Partial<Record<SettingName, string>> = {
    ...(setting && { [setting]: key }),
    ...(id && { DEFAULT_MODEL: id }),
  }
  checkKept(deps.config, values)
  await deps.db.transaction(async (tx) => {
    const details = { provider: provider.title, settings: Object.keys(values), model: id }
    await authorize({ ...deps, db: tx }, by, { action: "set_up_provider", details })
    // A change while running would override the file.
    if (id) await store.deleteChanged(tx, ["DEFAULT_MODEL"])
    keepSettings(deps.config, values)
  })
  if (setting) deps.models.renew()
  const { settingsFile: settings_file } = deps.config
  return { ...presented(provider.name, checked), model: id, settings_file }
}

function notKept(
  { name, title }: ListedProvider,
  { refused, sentence }: Checked,
  key: string | undefined,
): AppError {
  if (refused && key !== undefined) {
    return invalid("key", `${title} refused this key, so it was not kept.`, { provider: name })
  }
  const details = { provider: name }
  return new AppError("ServiceUnavailableError", `${sentence} Nothing was kept.`, details)
}

/** Returns the id of a model that the provider offers. Takes the id or the provider's own name. */
function chosenModel(
  { name, title, default_model }: ListedProvider,
  { models }: Checked,
  model: string,
): string {
  const own =
    model.startsWith(`${name}/`) && !models.includes(model) ? model.slice(name.length + 1) : model
  if (models.length === 0 || models.includes(own) || own === default_model) return idOf(name, own)
  const meant = nearest(own, models)
  const sentence = `${title} has no model "${own}".${meant ? ` Did you mean ${meant}?` : ""}`
  throw invalid("model", sentence, { provider: name, model: own })
}

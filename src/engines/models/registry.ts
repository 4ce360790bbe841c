import type { Config } from "../../platform/config/config"
import { AppError } from "../../platform/errors"
import type { Sandboxes } from "../../platform/processes/sandbox/sandboxes"
import { createAnthropic } from "./anthropic"
import { nameOnly } from "./catalog"
import { createClaudeCode } from "./claude-code"
import { claudeCode } from "./claude-code/program"
import { discreet, type Hide } from "./discreet"
import type { Checked, Provider, ProviderName } from "./model"
import { createOffline } from "./offline"
import { createOllama } from "./ollama"
import { createOpenRouter } from "./openrouter"
import { withRefusals } from "./refusals"
import type { BreakerStatus } from "./resilience/breaker"
import { type OnOpen, resilient } from "./resilience/resilient"
import type { Limits, Service } from "./resilience/service"
import type { ListedModel, ListedProvider } from "./schema"

type Keys = "anthropicApiKey" | "anthropicBaseUrl" | "openrouterApiKey" | "openrouterBaseUrl"
type Programs = "claudeCodePath" | "claudeCodeTimeout" | "programEnv" | "programUmask"
type Others = "ollamaBaseUrl" | "defaultModel" | "providerConcurrency"

/** The settings that decide which models are available. */
type ModelSettings = Partial<Pick<Config, Keys>> & Pick<Config, Programs | Others>

export type ModelOptions = {
  onOpen?: OnOpen
  /** Reads the current default model, if it can change while running. */
  defaultModel?: () => Promise<string>
  sandboxes?: Sandboxes
  /** Removes secrets from the providers' errors. */
  hide?: Hide
  limits?: Partial<Record<ProviderName, Partial<Limits>>>
}

/** A chosen model. `model` is the provider's own name, `id` is `provider/model` or `offline`. */
export type ResolvedModel = { provider: Provider; model: string; id: string }

export type ModelRegistry = {
  /**
   * Resolves an id: `provider/model`, a provider's name, a bare `claude-…`, `offline` or `auto`.
   * Without an id it uses the default setting. Returns unusable models too, since a replay needs
   * only the name; their `answer` throws. Throws ValidationError for an unknown id.
   */
  resolve(modelId?: string): Promise<ResolvedModel>
  /** Lists every provider and whether it can be used, in the order in which `auto` tries them. */
  list(): Promise<ListedProvider[]>
  /** Lists every model, cached for minutes. A provider without models has one entry, its name. */
  catalog(): Promise<ListedModel[]>
  breakers(): ({ name: ProviderName } & BreakerStatus)[]
  /** Asks a provider whether it would answer, with these settings instead of the current ones. */
  check(name: ProviderName, trial?: Partial<ModelSettings>): Promise<Checked>
  /** Takes over settings that have changed. */
  renew(): void
}

export function createModelRegistry(
  settings: ModelSettings,
  { onOpen = () => {}, limits = {}, hide = (text) => text, ...options }: ModelOptions = {},
): ModelRegistry {
  const { defaultModel = async () => settings.defaultModel } = options
  const provide = (given: ModelSettings): Provider[] => {
    const { providerConcurrency: concurrency } = given
    const services = servicesOf(given, options.sandboxes).map((service) => {
      const provider = resilient(service, { concurrency, ...limits[service.name] }, onOpen)
      return withRefusals(discreet(provider, hide))
    })
    return [...services, createOffline()]
  }
  let providers = provide(settings)
  return {
    async resolve(modelId) {
      const wanted = (modelId ?? (await defaultModel())).trim()
      return wanted === "auto" ? firstUsable(providers) : find(providers, wanted)
    },
    list: () =>
      Promise.all(
        providers.map(async (provider) => {
          const { name, title, breaker } = provider
          const offer = await provider.availability()
          const state = breaker?.status().state ?? "closed"
          return { name, title, state, retry_after: breaker?.retryAfterS() ?? 0, ...offer }
        }),
      ),
    catalog: async () => (await Promise.all(providers.map(modelsOf))).flat(),
    async check(name, trial) {
      const among = trial ? provide({ ...settings, ...trial }) : providers
      const checked = await among.find((provider) => provider.name === name)?.check()
      if (!checked) throw new Error(`There is no provider ${name}.`)
      return checked
    },
    renew() {
      providers = provide(settings)
    },
    breakers: () =>
      providers.flatMap(({ name, breaker }) => (breaker ? { name, ...breaker.status() } : [])),
  }
}

function servicesOf(settings: ModelSettings, sandboxes: Sandboxes | undefined): Service[] {
  return [
    createAnthropic({ apiKey: settings.anthropicApiKey, baseUrl: settings.anthropicBaseUrl }),
    createClaudeCode(claudeCode(settings), settings.claudeCodeTimeout * 1000, sandboxes),
    createOpenRouter({ apiKey: settings.openrouterApiKey, baseUrl: settings.openrouterBaseUrl }),
    createOllama({ baseUrl: settings.ollamaBaseUrl }),
  ]
}

async function firstUsable(providers: readonly Provider[]): Promise<ResolvedModel> {
  for (const provider of providers) {
    const { usable, default_model } = await provider.availability()
    if (usable && default_model) return resolved(provider, default_model)
  }
  throw new AppError("ServiceUnavailableError", "No model is available: run `amelia doctor`.")
}

async function find(providers: readonly Provider[], wanted: string): Promise<ResolvedModel> {
  // A bare Anthropic model, but not the provider claude-code.
  const id = /^claude-(?!code(\/|$))/.test(wanted) ? `anthropic/${wanted}` : wanted
  const slash = id.indexOf("/")
  const name = slash < 0 ? id : id.slice(0, slash)
  const provider = providers.find((provider) => provider.name === name)
  const offer = slash < 0 ? await provider?.availability() : undefined
  const model = slash < 0 ? offer?.default_model : id.slice(slash + 1)
  if (provider && model && provider.accepts(model)) return resolved(provider, model)

  const known = ["auto", ...(await Promise.all(providers.map(idsOf))).flat()]
  const what = offer
    ? `${name} can't be used: ${offer.reason}`
    : provider
      ? `${name} has no model "${model}".`
      : `There is no model "${wanted}".`
  const message = `${what} Known models: ${known.join(", ")}.`
  const issues = [{ path: "model", message }]
  throw new AppError("ValidationError", message, { model: wanted, known, issues })
}

async function idsOf(provider: Provider): Promise<string[]> {
  const { models } = await provider.availability()
  return models.map((model) => idOf(provider.name, model))
}

function resolved(provider: Provider, model: string): ResolvedModel {
  return { provider, model, id: idOf(provider.name, model) }
}

/** Returns a model's id from the provider's own name for it. */
export function idOf(provider: ProviderName, model: string): string {
  return provider === model ? model : `${provider}/${model}`
}

async function modelsOf(provider: Provider): Promise<ListedModel[]> {
  const { usable, reason, models: known } = await provider.availability()
  const asked = usable ? await provider.catalog?.() : undefined
  const note = usable ? (asked?.problem ?? null) : reason
  const models = asked?.models ?? known.map(nameOnly)
  const [only = nameOnly(provider.name)] = models
  return (models.length > 0 ? models : [only]).map(({ model, ...info }) => ({
    ...{ id: resolved(provider, model).id, provider: provider.name, ...info },
    ...{ usable: usable && models.length > 0, note },
  }))
}

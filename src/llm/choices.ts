import type { ProviderName } from "./model"
import { idOf, type ModelRegistry } from "./registry"

export type Model = {
  id: string
  provider: ProviderName
  usable: boolean
  /** Whether it is what the default setting stands for now. */
  default: boolean
  /** Why it can or can't be used. */
  note: string
}

/** Every model that is known to exist, and that which the default setting stands for. */
export async function listModels(models: ModelRegistry): Promise<Model[]> {
  const [providers, chosen] = await Promise.all([
    models.list(),
    models.resolve().catch(() => undefined),
  ])
  return providers.flatMap((provider) => {
    const { name, usable, reason: note } = provider
    const ids = new Set(provider.models.map((model) => idOf(name, model)))
    if (chosen?.provider.name === name) ids.add(chosen.id)
    return [...ids].map((id) => ({
      ...{ id, provider: name, usable, note },
      default: id === chosen?.id,
    }))
  })
}

/** The models that can be used now, for a form that lets one choose. */
export async function usableModels(models: ModelRegistry): Promise<{ id: string; note: string }[]> {
  const all = await listModels(models)
  return all.filter(({ usable }) => usable).map(({ id }) => ({ id, note: "" }))
}

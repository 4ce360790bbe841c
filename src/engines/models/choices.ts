import { idOf, type ModelRegistry } from "./registry"
import type { KnownModel, Model } from "./schema"

export async function knownModels(models: ModelRegistry): Promise<KnownModel[]> {
  const providers = await models.list()
  return providers.flatMap(({ name, usable, models }) =>
    models.map((model) => ({ id: idOf(name, model), usable })),
  )
}

export async function usableModels(models: ModelRegistry): Promise<{ id: string; note: string }[]> {
  const known = await knownModels(models)
  return known.filter(({ usable }) => usable).map(({ id }) => ({ id, note: "" }))
}

/** Returns every model of every provider. Asks the services; skips any that don't answer. */
export async function listCatalog(models: ModelRegistry): Promise<Model[]> {
  const [listed, chosen] = await Promise.all([
    models.catalog(),
    models.resolve().catch(() => undefined),
  ])
  return listed.map((model) => ({ ...model, default: model.id === chosen?.id }))
}

import type { ListedModel, ModelRegistry } from "./registry"

/** The models that can be used now, for a form that lets one choose. */
export async function listModels(models: ModelRegistry): Promise<{ id: string; note: string }[]> {
  const providers = await models.list()
  return providers
    .filter(({ usable }) => usable)
    .flatMap(({ name, models }) =>
      models.map((model) => ({ id: model === name ? name : `${name}/${model}`, note: "" })),
    )
}

/** A model as a client sees it. `default` is that of DEFAULT_MODEL, as it resolves now. */
export type Model = ListedModel & { default: boolean }

/** Every model of every provider; asks the services, and goes without those that do not answer. */
export async function listCatalog(models: ModelRegistry): Promise<Model[]> {
  const [listed, chosen] = await Promise.all([
    models.catalog(),
    models.resolve().catch(() => undefined),
  ])
  return listed.map((model) => ({ ...model, default: model.id === chosen?.id }))
}

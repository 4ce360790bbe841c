import type { ModelRegistry } from "./registry"

/** The models that can be used now, for a form that lets one choose. */
export async function listModels(models: ModelRegistry): Promise<{ id: string; note: string }[]> {
  const providers = await models.list()
  return providers
    .filter(({ usable }) => usable)
    .flatMap(({ name, models }) =>
      models.map((model) => ({ id: model === name ? name : `${name}/${model}`, note: "" })),
    )
}

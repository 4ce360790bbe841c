import type { EngineDeps } from "../../engines/deps"
import { AppError } from "../../platform/errors"
import { listProviders } from "./providers"
import type { DefaultModel, ProviderState } from "./schema"
import { currentSettings } from "./service"

type Deps = Pick<EngineDeps, "config" | "db" | "models">

/** Returns the model that DEFAULT_MODEL stands for, and why it isn't a better one. */
export async function readDefaultModel(deps: Deps): Promise<DefaultModel> {
  const { defaultModel, homeOption } = await currentSettings(deps)
  const setup = `Run: amelia setup${homeOption}`
  const providers = await listProviders(deps)
  try {
    const { id, provider } = await deps.models.resolve(defaultModel)
    const own = providers.find(({ name }) => name === provider.name)
    if (own && !own.usable) return { id, note: own.note, fix: own.fix }
    if (defaultModel !== "auto") return { id, note: null, fix: null }
    return { id, ...fallback(id, providers, setup) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { id: defaultModel, note: error.message, fix: setup }
  }
}

/** Says what `auto` passed over, and whether it found a model at all. */
function fallback(
  id: string,
  providers: ProviderState[],
  setup: string,
): Pick<DefaultModel, "note" | "fix"> {
  const chosen = providers.findIndex(({ usable }) => usable)
  const passed = providers.slice(0, chosen).filter(({ refuses }) => refuses)
  const reasons = passed.map(({ note }) => note).join(" ")
  const fix = passed[0]?.fix ?? setup
  const rules = "answers are picked from your documents by rules."
  if (passed.length > 0) {
    return { note: `${reasons} So ${id === "offline" ? rules : `${id} answers.`}`, fix }
  }
  if (id === "offline") return { note: `No language model is set up, so ${rules}`, fix }
  return { note: null, fix: null }
}

import type { ModelRequest } from "../../engines/models/model"
import type { ResolvedModel } from "../../engines/models/registry"
import type { ListedProvider } from "../../engines/models/schema"
import { AppError } from "../../platform/errors"
import { standingOf } from "../../platform/shapes/provider-standing"
import { findProvider } from "../settings/providers"
import type { ProviderTest } from "../settings/schema"
import type { UsageDeps } from "./deps"
import { askOnce } from "./single-call"

/** Thinking models need room for more than one word. */
const question: Omit<ModelRequest, "model"> = {
  system: "You are asked whether you can be reached. Answer with one word.",
  messages: [{ role: "user", content: "Say: ready" }],
  max_tokens: 512,
  temperature: 0,
  extract: () => "Ready.",
}

/** Asks one small question like any other call. Throws NotFoundError for an unknown provider. */
export async function testProvider(
  deps: UsageDeps,
  name: string,
  timeout_ms: number,
): Promise<ProviderTest> {
  const known = await findProvider(deps, name)
  // It may accept us by now.
  if (known.refuses) await deps.models.check(known.name)
  const listed = known.refuses ? await findProvider(deps, name) : known
  const provider = listed.name
  const asked = listed.usable ? await modelOf(deps, listed) : undefined
  if (!asked) {
    const sentence = standingOf(listed, deps.config).note
    const error = "ServiceUnavailableError"
    return { provider, ok: false, model: null, duration_ms: 0, sentence, error }
  }
  const model = asked.id
  const started = performance.now()
  try {
    const request = { ...question, model: asked.model }
    const { durationMs, firstTokenMs } = await askOnce(deps, asked, request, timeout_ms)
    const first = firstTokenMs === null ? {} : { first_token_ms: round(firstTokenMs) }
    const sentence = `${model} answered.`
    return { provider, ok: true, model, duration_ms: round(durationMs), ...first, sentence }
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    const duration_ms = round(performance.now() - started)
    const { name: error, message: sentence } = thrown
    return { provider, ok: false, model, duration_ms, sentence, error }
  }
}

/** Returns the default model if it belongs to this provider, otherwise the provider's own. */
async function modelOf(
  { models }: UsageDeps,
  { name }: ListedProvider,
): Promise<ResolvedModel | undefined> {
  const chosen = await models.resolve().catch(() => undefined)
  return chosen?.provider.name === name ? chosen : models.resolve(name)
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}

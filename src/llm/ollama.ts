import { Ollama } from "ollama"
import { kept } from "./kept"
import type { Answered, Availability, ModelRequest } from "./model"
import { contextFor, mayFit, wasCut } from "./ollama-context"
import { cutError, readable, stopError, tooLong } from "./ollama-protocol"
import type { AttemptOptions, Service } from "./resilience/service"
import { schemaOf, withSchema } from "./structured"

/** How long an answer about its models may take. */
const LIST_TIMEOUT_MS = 500

/** The model is loaded and has read its whole prompt before the headers come. */
const limits = { header_timeout_ms: 600_000, idle_timeout_ms: 120_000 }

/** The native chat API of an Ollama server, which is usable while it answers and has a model. */
export function createOllama({ baseUrl }: { baseUrl: string }): Service {
  const windows = new Map<string, number | null>()
  return {
    name: "ollama",
    title: "Ollama",
    address_setting: "OLLAMA_BASE_URL",
    limits,
    accepts: (model) => /^[\w.-]+([/:][\w.-]+)*$/.test(model),
    availability: kept(() => look(baseUrl)),
    async attempt(request, options) {
      const { model } = request
      const client = new Ollama({ host: baseUrl, fetch: readable(options.fetch, model) })
      const window = windows.get(model) ?? (await windowOf(client, model))
      windows.set(model, window)
      return attempt(client, request, window, options)
    },
  }
}

/** Which models the server has, those first that were changed last. */
async function look(baseUrl: string): Promise<Availability> {
  const signal = AbortSignal.timeout(LIST_TIMEOUT_MS)
  const fetching = readable((input, init) => fetch(input, { ...init, signal }), "")
  try {
    const { models: all } = await new Ollama({ host: baseUrl, fetch: fetching }).list()
    const models = all
      .filter(({ details }) => !/bert/.test(details?.family))
      .map(({ name }) => name)
    const [default_model = null] = models
    const reason = default_model ? `It answers at ${baseUrl}.` : "It has no model: ollama pull one."
    return { usable: default_model !== null, reason, default_model, models }
  } catch {
    const reason = `No Ollama server answers at ${baseUrl}.`
    return { usable: false, reason, default_model: null, models: [] }
  }
}

/** How many tokens the model can have in sight; null if it does not say. */
async function windowOf(client: Ollama, model: string): Promise<number | null> {
  const { model_info } = await client.show({ model })
  const found = Object.entries(model_info ?? {}).find(([key]) => key.endsWith(".context_length"))
  return typeof found?.[1] === "number" ? found[1] : null
}

async function attempt(
  client: Ollama,
  request: ModelRequest,
  window: number | null,
  { onDelta }: AttemptOptions,
): Promise<Answered> {
  const { model, system, max_tokens, temperature, output } = request
  const messages = [{ role: "system", content: withSchema(system, output) }, ...request.messages]
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
  if (window !== null && !mayFit(bytes, window)) throw tooLong(model, window)
  const num_ctx = contextFor(bytes, max_tokens, window)
  const stream = await client.chat({
    ...{ model, messages, stream: true as const },
    // An older server does not know these two, and cuts what is too long without a word.
    ...{ truncate: false, shift: false },
    ...(output && { format: schemaOf(output) }),
    options: { num_ctx, num_predict: max_tokens, temperature },
  })
  let text = ""
  for await (const part of stream) {
    const { content } = part.message
    if (content) onDelta(content)
    text += content
    if (!part.done) continue
    const input = part.prompt_eval_count ?? 0
    const usage = { input, output: part.eval_count ?? 0, cached: 0, cache_written: 0 }
    if (wasCut(bytes, input)) throw cutError(model, usage, num_ctx)
    const stopped = stopError(part.done_reason, model, usage, max_tokens)
    if (stopped) throw stopped
    return { text, model: part.model, usage, request_id: null }
  }
  throw new Error("The stream had no end.")
}

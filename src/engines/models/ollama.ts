import { type Message as ChatMessage, type Tool as ChatTool, Ollama } from "ollama"
import { AppError } from "../../platform/errors"
import { CHECK_TIMEOUT_MS, kept } from "./catalog"
import { unusable } from "./failure"
import { imagesOf, TOKENS_AN_IMAGE } from "./images"
import type { Answered, Availability, Message, ModelRequest, ToolCall } from "./model"
import { contextFor, mayFit, wasCut } from "./ollama-context"
import { cutError, readable, stopError, tooLong } from "./ollama-protocol"
import type { Fetch } from "./resilience/connection"
import type { AttemptOptions, Service } from "./resilience/service"
import { schemaOf, withSchema } from "./structured"
import { functionOf, objectIn, refusesTools } from "./tools"

/** Many pages wait for this. */
const LIST_TIMEOUT_MS = 1500

/** Headers arrive only after the model is loaded and has read the whole prompt. */
const limits = { header_timeout_ms: 600_000, idle_timeout_ms: 120_000 }

/** Creates the provider for Ollama's native chat API. Usable if the server has a model. */
export function createOllama({ baseUrl }: { baseUrl: string }): Service {
  const look = kept((fresh) => lookAt(baseUrl, fresh ? CHECK_TIMEOUT_MS : LIST_TIMEOUT_MS))
  const windows = new Map<string, number | null>()
  /** Models whose template has no tools. */
  const withoutTools = new Set<string>()
  const windowIn = async (client: Ollama, model: string) => {
    const window = windows.get(model) ?? (await windowOf(client, model))
    windows.set(model, window)
    return window
  }
  return {
    name: "ollama",
    title: "Ollama",
    address_setting: "OLLAMA_BASE_URL",
    limits,
    accepts: (model) => /^[\w.-]+([/:][\w.-]+)*$/.test(model),
    availability: () => look(),
    async check() {
      const { usable, reason, models } = await look(true)
      if (usable) return { sentence: reason, models }
      throw unusable("ollama", reason)
    },
    tools: true,
    // The request itself will say what is wrong.
    window: (model) => windowIn(soon(baseUrl, model), model).catch(() => null),
    takesImages: (model) => seesImages(soon(baseUrl, model), model).catch(() => null),
    async attempt(request, options) {
      const { model } = request
      const client = new Ollama({ host: baseUrl, fetch: readable(options.fetch, model) })
      const window = await windowIn(client, model)
      const { tools: _, ...plain } = request
      if (withoutTools.has(model)) return attempt(client, plain, window, options)
      return attempt(client, request, window, options).catch((thrown) => {
        if (!request.tools || !(thrown instanceof AppError)) throw thrown
        if (!refusesTools(thrown.details.status, thrown.message)) throw thrown
        withoutTools.add(model)
        return attempt(client, plain, window, options)
      })
    },
  }
}

/** Creates a client for what a question waits for. */
function soon(baseUrl: string, model: string): Ollama {
  const fetching: Fetch = (input, init) => {
    return fetch(input, { ...init, signal: AbortSignal.timeout(LIST_TIMEOUT_MS) })
  }
  return new Ollama({ host: baseUrl, fetch: readable(fetching, model) })
}

/** Returns null if the server is too old to say. */
async function seesImages(client: Ollama, model: string): Promise<boolean | null> {
  const { capabilities } = await client.show({ model })
  return capabilities?.includes("vision") ?? null
}

async function lookAt(baseUrl: string, patience_ms: number): Promise<Availability> {
  const signal = AbortSignal.timeout(patience_ms)
  const fetching = readable((input, init) => fetch(input, { ...init, signal }), "")
  try {
    const { models: all } = await new Ollama({ host: baseUrl, fetch: fetching }).list()
    const models = all
      .filter(({ details }) => !/bert/.test(details?.family))
      .map(({ name }) => name)
    const [default_model = null] = models
    const reason = default_model
      ? `It answers at ${baseUrl}.`
      : `The Ollama server at ${baseUrl} has no model.`
    const usable = default_model !== null
    const fix = usable ? null : { command: "ollama pull llama3.2" }
    return { usable, reason, refuses: false, fix, default_model, models }
  } catch {
    const reason = `No Ollama server answers at ${baseUrl}.`
    const fix = { command: "ollama serve" }
    return { usable: false, reason, refuses: false, fix, default_model: null, models: [] }
  }
}

/** Returns the model's context window in tokens, or null if the server doesn't say. */
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
  const said = withSchema(system, output)
  // An empty one would replace the model's own.
  const instructions = said ? [{ role: "system", content: said }] : []
  const messages = [...instructions, ...request.messages.map(showMessage)]
  // The client's type for a schema is narrower than what Ollama accepts.
  const tools = offersTools(request) && (request.tools?.map(functionOf) as ChatTool[])
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
  if (window !== null && !mayFit(bytes, window)) throw tooLong(model, window)
  const images = messages.reduce((sum, { images = [] }: ChatMessage) => sum + images.length, 0)
  const num_ctx = contextFor(bytes, max_tokens + images * TOKENS_AN_IMAGE, window)
  const stream = await client.chat({
    ...{ model, messages, stream: true as const },
    // Older servers ignore these two and silently truncate a long prompt.
    ...{ truncate: false, shift: false },
    ...(tools ? { tools } : output && { format: schemaOf(output) }),
    options: { num_ctx, num_predict: max_tokens, temperature },
  })
  let text = ""
  const tool_calls: ToolCall[] = []
  for await (const part of stream) {
    const { content = "" } = part.message
    for (const { function: called } of part.message.tool_calls ?? []) {
      const input = JSON.stringify(called.arguments ?? {})
      tool_calls.push({ id: `call_${tool_calls.length}`, name: called.name, input })
    }
    if (content) onDelta(content)
    text += content
    if (!part.done) continue
    const input = part.prompt_eval_count ?? 0
    const usage = { input, output: part.eval_count ?? 0, cached: 0, cache_written: 0 }
    if (wasCut(bytes, input)) throw cutError(model, usage, num_ctx)
    const stopped = stopError(part.done_reason, model, usage, max_tokens)
    if (stopped) throw stopped
    const answered = { text, model: part.model, usage, request_id: null }
    return tools && tool_calls.length > 0 ? { ...answered, tool_calls } : answered
  }
  throw new Error("The stream had no end.")
}

/** A model held to a format can't call tools. It gets the format to answer now or in a repair. */
function offersTools({ messages, tools = [], tool_choice, output }: ModelRequest): boolean {
  const isRepair = output !== undefined && messages.length > 1 && messages.at(-1)?.role === "user"
  return tools.length > 0 && tool_choice !== "none" && !isRepair
}

function showMessage(message: Message): ChatMessage {
  const { role, content } = message
  if (role === "tool") return { role, content, tool_name: message.call.name }
  const images = imagesOf(message).map(({ data }) => data)
  if (images.length > 0) return { role, content, images }
  if (role === "user" || !message.tool_calls) return { role, content }
  const tool_calls = message.tool_calls.map(({ name, input }) => ({
    function: { name, arguments: objectIn(input) },
  }))
  return { role, content, tool_calls }
}

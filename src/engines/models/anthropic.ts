import { Anthropic, type ClientOptions } from "@anthropic-ai/sdk"
import type { Fix } from "../../platform/shapes/provider-standing"
import { bodyOf, callsIn } from "./anthropic-body"
import { stopError, toAppError } from "./anthropic-errors"
import { knownModels, listAnthropic } from "./anthropic-models"
import { usageOf } from "./anthropic-usage"
import { CATALOG_TIMEOUT_MS, catalogOf, sightIn, windowsIn } from "./catalog"
import { llmError, unusable } from "./failure"
import type { Answered, ModelInfo, ModelRequest, TokenUsage } from "./model"
import type { AttemptOptions, Service } from "./resilience/service"

type AnthropicSettings = { apiKey: string | undefined; baseUrl?: string | undefined }

const DEFAULT_MODEL = "claude-sonnet-5-5"

/** How often to continue a turn that the API paused. */
const PAUSES_MAX = 5

/** Creates the provider for the Messages API, always streamed. Not usable without a key. */
export function createAnthropic(settings: AnthropicSettings): Service {
  const client = settings.apiKey ? connect(settings.apiKey, settings.baseUrl) : undefined
  const usable = client !== undefined
  const reason = usable ? "ANTHROPIC_API_KEY is set." : "ANTHROPIC_API_KEY is not set."
  const remedy: Fix = { setting: "ANTHROPIC_API_KEY", value: "sk-ant-…" }
  const fix = usable ? null : remedy
  let models = knownModels
  const list = async (client: Anthropic, signal?: AbortSignal) => {
    const found = await listAnthropic(client, signal)
    models = found
    return found
  }
  const catalog =
    client &&
    catalogOf("Anthropic", knownModels, () => list(client, AbortSignal.timeout(CATALOG_TIMEOUT_MS)))
  return {
    name: "anthropic",
    title: "Anthropic",
    address_setting: "ANTHROPIC_BASE_URL",
    accepts: (model) => /^claude-[\w.-]+$/.test(model),
    tools: true,
    quick: true,
    remedy,
    async availability() {
      const ids = models.map(({ model }) => model)
      return { usable, reason, refuses: false, fix, default_model: DEFAULT_MODEL, models: ids }
    },
    ...(catalog && { catalog, window: windowsIn(catalog), takesImages: sightIn(catalog) }),
    async check(fetch) {
      if (!client) throw unusable("anthropic", reason)
      const found = await list(client.withOptions({ fetch })).catch((thrown) => {
        throw toAppError(thrown, "")
      })
      return { sentence: "Anthropic accepts the key.", models: found.map(({ model }) => model) }
    },
    async attempt(request, options) {
      const info = models.find(({ model }) => model === request.model)
      if (client) return attempt(client, request, info, options)
      const details = { provider: "anthropic", model: request.model, status: null } as const
      throw llmError(`Anthropic can't be used: ${reason}`, { ...details, retryable: false })
    },
  }
}

/** Creates a client that ignores the environment and doesn't log, trace or retry. */
function connect(apiKey: string, baseUrl: string | undefined): Anthropic {
  const baseURL = baseUrl || "https://api.anthropic.com"
  const quiet: ClientOptions = { logLevel: "off", openTelemetry: false, webhookKey: null }
  return new Anthropic({ apiKey, baseURL, maxRetries: 0, ...quiet })
}

async function attempt(
  client: Anthropic,
  request: ModelRequest,
  info: ModelInfo | undefined,
  options: AttemptOptions,
): Promise<Answered> {
  const body = bodyOf(request, info)
  const turns: Turn[] = []
  for (;;) {
    const messages = withTurns(body.messages, turns)
    const turn = await oneTurn(client, { ...body, messages }, options)
    turns.push(turn)
    if (turn.message.stop_reason !== "pause_turn" || turns.length > PAUSES_MAX) break
  }
  return answeredBy(turns, request)
}

type Turn = { message: Anthropic.Message; inputs: Map<number, string>; request_id: string | null }

/** Makes one request. The SDK parses tool input leniently, so the raw text is kept as well. */
async function oneTurn(
  client: Anthropic,
  body: Anthropic.MessageStreamParams,
  { signal, fetch, onDelta }: AttemptOptions,
): Promise<Turn> {
  const inputs = new Map<number, string>()
  const stream = client
    .withOptions({ fetch })
    .messages.stream(body, { signal })
    .on("text", onDelta)
    .on("streamEvent", (event) => {
      if (event.type !== "content_block_delta" || event.delta.type !== "input_json_delta") return
      inputs.set(event.index, (inputs.get(event.index) ?? "") + event.delta.partial_json)
    })
  const message = await stream.finalMessage().catch((thrown) => {
    throw toAppError(thrown, body.model)
  })
  return { message, inputs, request_id: stream.request_id ?? null }
}

/** Adds the answer so far. The API continues a paused turn when it gets that back. */
function withTurns(messages: Anthropic.MessageParam[], turns: Turn[]): Anthropic.MessageParam[] {
  const said = turns.flatMap(({ message, inputs }) => callsIn(message.content, inputs).carried)
  return said.length > 0 ? [...messages, { role: "assistant", content: said }] : messages
}

function answeredBy(turns: Turn[], request: ModelRequest): Answered {
  const [last] = turns.slice(-1)
  if (!last) throw new Error("No turn was made.")
  const usage = turns.map(({ message }) => usageOf(message.usage)).reduce(sum)
  const { message, request_id } = last
  const parts = turns.map(({ message, inputs }) => callsIn(message.content, inputs))
  const tool_calls = parts.flatMap((part) => part.tool_calls)
  const called = message.stop_reason === "tool_use" && request.tools && tool_calls.length > 0
  const stopped = called ? undefined : stopError(message, usage)
  if (stopped) throw stopped
  const text = turns.map(({ message }) => textOf(message)).join("")
  const carried = parts.flatMap((part) => part.carried)
  return { text, model: message.model, usage, request_id, ...(called && { tool_calls, carried }) }
}

function textOf(message: Anthropic.Message): string {
  return message.content.map((block) => (block.type === "text" ? block.text : "")).join("")
}

function sum(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cached: a.cached + b.cached,
    cache_written: a.cache_written + b.cache_written,
  }
}

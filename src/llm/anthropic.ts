import { Anthropic, type ClientOptions } from "@anthropic-ai/sdk"
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod"
import { stopError, toAppError } from "./anthropic-errors"
import { llmError } from "./failure"
import type { Answered, ModelRequest, TokenUsage } from "./model"
import type { AttemptOptions, Service } from "./resilience/service"

export type AnthropicSettings = { apiKey: string | undefined; baseUrl?: string | undefined }

const DEFAULT_MODEL = "claude-sonnet-5-5"
const models = [
  DEFAULT_MODEL,
  "claude-haiku-5-5",
  "claude-opus-5-5",
  "claude-sonnet-5",
  "claude-opus-5",
  "claude-haiku-4-5",
]

/** The Messages API, always streamed. Without a key it exists but is not usable. */
export function createAnthropic(settings: AnthropicSettings): Service {
  const client = settings.apiKey ? connect(settings.apiKey, settings.baseUrl) : undefined
  const usable = client !== undefined
  const reason = usable ? "ANTHROPIC_API_KEY is set." : "ANTHROPIC_API_KEY is not set."
  const offer = { usable, reason, default_model: DEFAULT_MODEL, models }
  return {
    name: "anthropic",
    title: "Anthropic",
    address_setting: "ANTHROPIC_BASE_URL",
    accepts: (model) => /^claude-[\w.-]+$/.test(model),
    availability: async () => offer,
    async attempt(request, options) {
      if (client) return attempt(client, request, options)
      const details = { provider: "anthropic", model: request.model, status: null } as const
      throw llmError(`Anthropic can't be asked: ${reason}`, { ...details, retryable: false })
    },
  }
}

/** A client that reads no environment, prints nothing, traces nothing and repeats nothing. */
function connect(apiKey: string, baseUrl: string | undefined): Anthropic {
  const baseURL = baseUrl || "https://api.anthropic.com"
  const quiet: ClientOptions = { logLevel: "off", openTelemetry: false, webhookKey: null }
  return new Anthropic({ apiKey, baseURL, maxRetries: 0, ...quiet })
}

async function attempt(
  client: Anthropic,
  request: ModelRequest,
  { signal, fetch, onDelta }: AttemptOptions,
): Promise<Answered> {
  const stream = client
    .withOptions({ fetch })
    .messages.stream(bodyOf(request), { signal })
    .on("text", onDelta)
  const message = await stream.finalMessage().catch((thrown) => {
    throw toAppError(thrown, request.model)
  })
  const usage = usageOf(message)
  const stopped = stopError(message, usage)
  if (stopped) throw stopped
  const request_id = stream.request_id ?? null
  return { text: textOf(message), model: message.model, usage, request_id }
}

/**
 * `output_config` without the SDK's own parser: that would turn every cut or malformed answer into
 * one parse error, before the stop reason is seen and without the text that a repair needs.
 */
function bodyOf({ model, system, messages, max_tokens, output }: ModelRequest) {
  const stable = { type: "text", text: system, cache_control: { type: "ephemeral" } } as const
  const body = { model, max_tokens, messages, system: [stable] }
  if (!output) return body
  const { type, schema } = zodOutputFormat(output.schema)
  return { ...body, output_config: { format: { type, schema } } }
}

function textOf(message: Anthropic.Message): string {
  return message.content.map((block) => (block.type === "text" ? block.text : "")).join("")
}

/** The API counts cached and newly cached tokens beside `input_tokens`; here `input` is all. */
function usageOf({ usage }: Anthropic.Message): TokenUsage {
  const cached = usage.cache_read_input_tokens ?? 0
  const cache_written = usage.cache_creation_input_tokens ?? 0
  const input = usage.input_tokens + cached + cache_written
  return { input, output: usage.output_tokens, cached, cache_written }
}

import { OpenAI } from "openai"
import { z } from "zod"
import type { Fix } from "../../platform/shapes/provider-standing"
import { CATALOG_TIMEOUT_MS, catalogOf, nameOnly, sightIn, windowsIn } from "./catalog"
import { llmError, unusable } from "./failure"
import { imagesOf } from "./images"
import type { Answered, Checked, Message, ModelRequest, TokenUsage, ToolCall } from "./model"
import { type Refusable, refusedPart, stopError, toAppError } from "./openrouter-errors"
import { listOpenRouter } from "./openrouter-models"
import type { Fetch } from "./resilience/connection"
import type { AttemptOptions, Service } from "./resilience/service"
import { schemaOf, withSchema } from "./structured"
import { functionOf } from "./tools"

type OpenRouterSettings = { apiKey: string | undefined; baseUrl?: string | undefined }

/** OpenRouter's own router, which stays while models come and go. */
const DEFAULT_MODEL = "openrouter/auto"

/** Creates the provider for OpenRouter's chat completions, always streamed. Needs a key. */
export function createOpenRouter(settings: OpenRouterSettings): Service {
  const client = settings.apiKey ? connect(settings.apiKey, settings.baseUrl) : undefined
  const usable = client !== undefined
  const reason = usable ? "OPENROUTER_API_KEY is set." : "OPENROUTER_API_KEY is not set."
  const remedy: Fix = { setting: "OPENROUTER_API_KEY", value: "sk-or-…" }
  const offer = {
    ...{ usable, reason, refuses: false, fix: usable ? null : remedy },
    ...{ default_model: DEFAULT_MODEL, models: [DEFAULT_MODEL] },
  }
  /** Parts that models refused: a schema then goes into the prompt, tools are left out. */
  const refused = new Map<string, Set<Refusable>>()
  const catalog =
    client &&
    catalogOf("OpenRouter", [nameOnly(DEFAULT_MODEL)], () =>
      listOpenRouter(client, AbortSignal.timeout(CATALOG_TIMEOUT_MS)),
    )
  return {
    name: "openrouter",
    title: "OpenRouter",
    address_setting: "OPENROUTER_BASE_URL",
    accepts: (model) => /^[\w.~-]+\/[\w.:-]+$/.test(model),
    availability: async () => offer,
    tools: true,
    quick: true,
    remedy,
    ...(catalog && { catalog, window: windowsIn(catalog), takesImages: sightIn(catalog) }),
    async check(fetch) {
      if (!client) throw unusable("openrouter", reason)
      return checkKey(client.withOptions({ fetch })).catch((thrown) => {
        throw toAppError(thrown, "")
      })
    },
    async attempt(request, options) {
      const { model } = request
      if (!client) {
        const details = { provider: "openrouter", model, status: null, retryable: false } as const
        throw llmError(`OpenRouter can't be used: ${reason}`, details)
      }
      const lacks = refused.get(model) ?? new Set()
      refused.set(model, lacks)
      for (;;) {
        try {
          return await attempt(client, request, options, lacks)
        } catch (thrown) {
          const part = refusedPart(thrown)
          if (!part || lacks.has(part)) throw toAppError(thrown, model)
          lacks.add(part)
        }
      }
    },
  }
}

/** Creates a client that ignores the environment and doesn't log or retry. */
function connect(apiKey: string, baseUrl: string | undefined): OpenAI {
  const baseURL = baseUrl || "https://openrouter.ai/api/v1"
  const nobody = { organization: null, project: null, adminAPIKey: null, webhookSecret: null }
  return new OpenAI({ apiKey, baseURL, maxRetries: 0, logLevel: "off", ...nobody })
}

async function attempt(
  client: OpenAI,
  request: ModelRequest,
  { signal, fetch, onDelta }: AttemptOptions,
  lacks: ReadonlySet<Refusable>,
): Promise<Answered> {
  const line = client.withOptions({ fetch: withErrorStatus(fetch) })
  const stream = await line.chat.completions.create(bodyOf(request, lacks), { signal })
  const answered: Answered = { text: "", model: request.model, usage: null, request_id: null }
  const calls: ToolCall[] = []
  let finished: string | null = null
  for await (const chunk of stream) {
    const [choice] = chunk.choices
    const text = choice?.delta.content ?? ""
    if (text) onDelta(text)
    answered.text += text
    for (const piece of choice?.delta.tool_calls ?? []) addPiece(calls, piece)
    answered.model = chunk.model || answered.model
    answered.request_id = chunk.id || answered.request_id
    finished = choice?.finish_reason ?? finished
    if (chunk.usage) Object.assign(answered, measuresOf(chunk.usage))
  }
  const called = request.tools && calls.length > 0 && /^(tool_calls|stop)$/.test(finished ?? "")
  const stopped = called ? undefined : stopError(finished, answered)
  if (stopped) throw stopped
  return called ? { ...answered, tool_calls: calls.filter(({ name }) => name) } : answered
}

/** Adds a piece of a call: first its name, then its input bit by bit, all under one index. */
function addPiece(
  calls: ToolCall[],
  { index, id, function: said }: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall,
): void {
  calls[index] ??= { id: id ?? `call_${index}`, name: "", input: "" }
  const call = calls[index]
  call.name += said?.name ?? ""
  call.input += said?.arguments ?? ""
}

const keyShape = z.object({ data: z.object({ limit_remaining: z.number().nullish() }) })

/** Asks about the key itself: the list of models needs none, so that proves nothing. */
async function checkKey(client: OpenAI): Promise<Pick<Checked, "sentence" | "models">> {
  const { limit_remaining: left } = keyShape.parse(await client.get("/key")).data
  const models = await listOpenRouter(client)
  const credit = typeof left === "number" ? ` $${left.toFixed(2)} of its limit is left.` : ""
  const sentence = `OpenRouter accepts the key.${credit}`
  return { sentence, models: models.map(({ model }) => model) }
}

/** Gives JSON errors that arrive with status 200 the status that they name. */
function withErrorStatus(fetch: Fetch): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    if (!response.ok || !response.headers.get("content-type")?.includes("json")) return response
    const text = await response.text()
    const said = underSuccess.safeParse(JSON.parse(text))
    const status = said.success ? said.data.error.code : 502
    return new Response(text, { status, headers: response.headers })
  }
}
const underSuccess = z.object({
  error: z.object({ code: z.coerce.number().int().min(400).max(599).catch(502) }),
})

function bodyOf(request: ModelRequest, lacks: ReadonlySet<Refusable>) {
  const { model, system, max_tokens, temperature, output, tools = [], tool_choice } = request
  const content = withSchema(system, output)
  const instructions = content ? [{ role: "system" as const, content }] : []
  const messages = [...instructions, ...request.messages.map(showMessage)]
  return {
    ...{ model, max_tokens, temperature, messages },
    ...{ stream: true as const, stream_options: { include_usage: true } },
    ...(tools.length > 0 &&
      !lacks.has("tools") && { tools: tools.map(functionOf), ...(tool_choice && { tool_choice }) }),
    ...(output &&
      !lacks.has("schema") && {
        response_format: {
          type: "json_schema" as const,
          json_schema: { name: output.name, strict: true, schema: schemaOf(output) },
        },
      }),
  }
}

function showMessage(message: Message): OpenAI.ChatCompletionMessageParam {
  const { content } = message
  if (message.role === "tool") return { role: "tool", tool_call_id: message.call.id, content }
  if (message.role === "user") return { role: "user", content: withImages(message) }
  if (!message.tool_calls) return { role: "assistant", content }
  const tool_calls = message.tool_calls.map(({ id, name, input }) => ({
    ...{ id, type: "function" as const },
    function: { name, arguments: input || "{}" },
  }))
  return { role: "assistant", content, tool_calls }
}

function withImages(message: Message): string | OpenAI.ChatCompletionContentPart[] {
  const images = imagesOf(message).map(({ media_type, data }) => ({
    ...{ type: "image_url" as const, image_url: { url: `data:${media_type};base64,${data}` } },
  }))
  return images.length === 0
    ? message.content
    : [{ type: "text", text: message.content }, ...images]
}

const usageShape = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  prompt_tokens_details: z
    .object({ cached_tokens: z.number().nullish(), cache_write_tokens: z.number().nullish() })
    .nullish(),
  cost: z.number().nullish(),
})

function measuresOf(given: unknown): { usage: TokenUsage; cost_usd?: number } | undefined {
  const { data } = usageShape.safeParse(given)
  if (!data) return undefined
  const { prompt_tokens, completion_tokens, prompt_tokens_details: details, cost } = data
  const cached = details?.cached_tokens ?? 0
  const cache_written = details?.cache_write_tokens ?? 0
  const usage = { input: prompt_tokens, output: completion_tokens, cached, cache_written }
  return typeof cost === "number" ? { usage, cost_usd: cost } : { usage }
}

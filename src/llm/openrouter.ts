import { OpenAI } from "openai"
import { z } from "zod"
import { llmError } from "./failure"
import type { Answered, ModelRequest, TokenUsage } from "./model"
import { refusesSchema, stopError, toAppError } from "./openrouter-errors"
import type { Fetch } from "./resilience/connection"
import type { AttemptOptions, Service } from "./resilience/service"
import { schemaOf, withSchema } from "./structured"

export type OpenRouterSettings = { apiKey: string | undefined; baseUrl?: string | undefined }

/** Its own router, which is there whatever models come and go. */
const DEFAULT_MODEL = "openrouter/auto"

/** OpenRouter's chat completions, always streamed. Without a key it exists but is not usable. */
export function createOpenRouter(settings: OpenRouterSettings): Service {
  const client = settings.apiKey ? connect(settings.apiKey, settings.baseUrl) : undefined
  const usable = client !== undefined
  const reason = usable ? "OPENROUTER_API_KEY is set." : "OPENROUTER_API_KEY is not set."
  const offer = { usable, reason, default_model: DEFAULT_MODEL, models: [DEFAULT_MODEL] }
  /** Models that refused a schema in the request: they are only told of it. */
  const withoutSchema = new Set<string>()
  return {
    name: "openrouter",
    title: "OpenRouter",
    address_setting: "OPENROUTER_BASE_URL",
    accepts: (model) => /^[\w.~-]+\/[\w.:-]+$/.test(model),
    availability: async () => offer,
    async attempt(request, options) {
      const { model, output } = request
      if (!client) {
        const details = { provider: "openrouter", model, status: null, retryable: false } as const
        throw llmError(`OpenRouter can't be asked: ${reason}`, details)
      }
      const enforced = output && !withoutSchema.has(model)
      return attempt(client, request, options, enforced).catch((thrown) => {
        if (!enforced || !refusesSchema(thrown)) throw toAppError(thrown, model)
        withoutSchema.add(model)
        return attempt(client, request, options, false).catch((thrown) => {
          throw toAppError(thrown, model)
        })
      })
    },
  }
}

/** A client that reads no environment, prints nothing and repeats nothing. */
function connect(apiKey: string, baseUrl: string | undefined): OpenAI {
  const baseURL = baseUrl || "https://openrouter.ai/api/v1"
  const nobody = { organization: null, project: null, adminAPIKey: null, webhookSecret: null }
  return new OpenAI({ apiKey, baseURL, maxRetries: 0, logLevel: "off", ...nobody })
}

async function attempt(
  client: OpenAI,
  request: ModelRequest,
  { signal, fetch, onDelta }: AttemptOptions,
  enforced = false,
): Promise<Answered> {
  const line = client.withOptions({ fetch: withErrorStatus(fetch) })
  const stream = await line.chat.completions.create(bodyOf(request, enforced), { signal })
  const answered: Answered = { text: "", model: request.model, usage: null, request_id: null }
  let finished: string | null = null
  for await (const chunk of stream) {
    const [choice] = chunk.choices
    const text = choice?.delta.content ?? ""
    if (text) onDelta(text)
    answered.text += text
    answered.model = chunk.model || answered.model
    answered.request_id = chunk.id || answered.request_id
    finished = choice?.finish_reason ?? finished
    if (chunk.usage) Object.assign(answered, measuresOf(chunk.usage))
  }
  const stopped = stopError(finished, answered)
  if (stopped) throw stopped
  return answered
}

/** Some errors come as JSON under status 200; here they get the status that they name. */
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

function bodyOf(
  { model, system, messages, max_tokens, temperature, output }: ModelRequest,
  enforced: boolean,
) {
  const told = { role: "system" as const, content: withSchema(system, output) }
  const body = {
    ...{ model, max_tokens, temperature, messages: [told, ...messages] },
    ...{ stream: true as const, stream_options: { include_usage: true } },
  }
  if (!output || !enforced) return body
  const json_schema = { name: output.name, strict: true, schema: schemaOf(output) }
  return { ...body, response_format: { type: "json_schema" as const, json_schema } }
}

const usageShape = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  prompt_tokens_details: z
    .object({ cached_tokens: z.number().nullish(), cache_write_tokens: z.number().nullish() })
    .nullish(),
  cost: z.number().nullish(),
})

/** Tokens, and what they cost as OpenRouter charges it. */
function measuresOf(given: unknown): { usage: TokenUsage; cost_usd?: number } | undefined {
  const { data } = usageShape.safeParse(given)
  if (!data) return undefined
  const { prompt_tokens, completion_tokens, prompt_tokens_details: details, cost } = data
  const cached = details?.cached_tokens ?? 0
  const cache_written = details?.cache_write_tokens ?? 0
  const usage = { input: prompt_tokens, output: completion_tokens, cached, cache_written }
  return typeof cost === "number" ? { usage, cost_usd: cost } : { usage }
}

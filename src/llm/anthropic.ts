import { setTimeout as sleep } from "node:timers/promises"
import { Anthropic, type ClientOptions } from "@anthropic-ai/sdk"
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod"
import { AppError } from "../errors"
import { isSpendLimit, redact, retryAfter, toAppError, whyUnfinished } from "./anthropic-errors"
import type { CallOptions, ModelAnswer, ModelRequest, Provider, TokenUsage } from "./model"
import { createWatchdog, type Watchdog, watched } from "./watchdog"

export type AnthropicSettings = {
  apiKey: string | undefined
  baseUrl?: string | undefined
  /** Silence after which a stream counts as dead; its pings are signs of life. */
  idle_timeout_ms?: number
  /** How long one attempt may wait for the status line and headers. */
  header_timeout_ms?: number
}

type Limits = { idle_timeout_ms: number; header_timeout_ms: number }

const RETRIES_MAX = 2
/** The pause before the first repetition of a broken stream; it doubles. */
const BACKOFF_MS = 200
/** A longer pause than this is the caller's to make: it can park the run and tell the user. */
const RETRY_WAIT_MAX_S = 60

const models = [
  "claude-sonnet-5-5",
  "claude-haiku-5-5",
  "claude-opus-5-5",
  "claude-sonnet-5",
  "claude-opus-5",
  "claude-haiku-4-5",
]

/** The Messages API, always streamed. Without a key it exists but is not usable. */
export function createAnthropic(settings: AnthropicSettings): Provider {
  const { idle_timeout_ms = 90_000, header_timeout_ms = 60_000 } = settings
  const client = settings.apiKey ? connect(settings.apiKey, settings.baseUrl) : undefined
  const usable = client !== undefined
  const reason = usable ? "ANTHROPIC_API_KEY is set." : "ANTHROPIC_API_KEY is not set."
  return {
    name: "anthropic",
    default_model: "claude-sonnet-5-5",
    models,
    accepts: (model) => /^claude-[\w.-]+$/.test(model),
    availability: async () => ({ usable, reason }),
    async answer(request, options) {
      options.signal.throwIfAborted()
      if (client) return answer(client, { idle_timeout_ms, header_timeout_ms }, request, options)
      throw new AppError("LLMAPIError", `Anthropic can't be asked: ${reason}`, {
        provider: "anthropic",
        model: request.model,
        status: null,
        retryable: false,
        retries: 0,
      })
    },
  }
}

/** A client that reads no environment, prints nothing and traces nothing. */
function connect(apiKey: string, baseUrl: string | undefined): Anthropic {
  const baseURL = baseUrl || "https://api.anthropic.com"
  const quiet: ClientOptions = { logLevel: "off", openTelemetry: false, webhookKey: null }
  return new Anthropic({ apiKey, baseURL, ...quiet })
}

/**
 * Asks until a whole answer came. The SDK repeats what fails before the headers, this loop what
 * breaks between them and the first text, together at most `RETRIES_MAX` times; once text has
 * reached the caller nothing is repeated.
 */
async function answer(
  client: Anthropic,
  limits: Limits,
  request: ModelRequest,
  { signal, onDelta }: CallOptions,
): Promise<ModelAnswer> {
  const progress = { attempts: 0, accepted: false, started: false }
  for (;;) {
    progress.accepted = false
    const watchdog = createWatchdog(limits.idle_timeout_ms)
    try {
      const asked = { client, limits, request, signal, watchdog, progress }
      return await attempt(asked, (text) => {
        progress.started = true
        onDelta(text)
      })
    } catch (thrown) {
      signal.throwIfAborted()
      const stalled_after_ms = watchdog.signal.aborted ? limits.idle_timeout_ms : null
      const retries = Math.max(0, progress.attempts - 1)
      const { model } = request
      const error =
        thrown instanceof AppError
          ? thrown
          : toAppError(thrown, { model, retries, stalled_after_ms })
      const repeat =
        progress.accepted && !progress.started && error.details.retryable && retries < RETRIES_MAX
      if (!repeat) throw error
      await sleep(BACKOFF_MS * 2 ** retries, undefined, { signal }).catch(() => {})
      signal.throwIfAborted()
    } finally {
      watchdog.stop()
    }
  }
}

type Asked = {
  client: Anthropic
  limits: Limits
  request: ModelRequest
  signal: AbortSignal
  watchdog: Watchdog
  progress: Progress
}
/** How far a call has come: HTTP attempts, headers of success, first text. */
type Progress = { attempts: number; accepted: boolean; started: boolean }

async function attempt(asked: Asked, onText: (text: string) => void): Promise<ModelAnswer> {
  const { client, limits, request, watchdog, progress } = asked
  const stream = client.messages
    .stream(bodyOf(request), {
      signal: AbortSignal.any([asked.signal, watchdog.signal]),
      timeout: limits.header_timeout_ms,
      maxRetries: RETRIES_MAX - progress.attempts,
      middleware: [
        async (httpRequest, next) => {
          progress.attempts += 1
          const response = await next(httpRequest)
          progress.accepted = response.ok
          return response.ok ? watched(response, watchdog) : withRetryAdvice(response)
        },
      ],
    })
    .on("text", onText)
  const message = await stream.finalMessage()
  const retries = progress.attempts - 1
  const unfinished = whyUnfinished(message)
  if (unfinished) throw stopped(unfinished, message, retries)
  const text = textOf(message)
  const request_id = stream.request_id ?? null
  return { text, model: message.model, usage: usageOf(message), request_id, retries }
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

/** Tells the SDK not to repeat what waiting does not mend, and not to sleep for minutes. */
async function withRetryAdvice(response: Response): Promise<Response> {
  const text = await response.text()
  const headers = new Headers(response.headers)
  headers.delete("content-encoding")
  const wait = retryAfter(headers) ?? 0
  if (wait > RETRY_WAIT_MAX_S || isSpendLimit(text)) headers.set("x-should-retry", "false")
  return new Response(text, { status: response.status, statusText: response.statusText, headers })
}

function stopped(sentence: string, message: Anthropic.Message, retries: number): AppError {
  const { model, stop_reason } = message
  return new AppError("LLMAPIError", redact(sentence), {
    provider: "anthropic",
    model,
    status: null,
    stop_reason,
    retryable: stop_reason === null,
    retries,
    usage: usageOf(message),
  })
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

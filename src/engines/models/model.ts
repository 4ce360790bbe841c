import type { z } from "zod"
import type { Breaker } from "./resilience/breaker"

/** A tool that a model may call. `schema` describes an object. */
export type Tool = { name: string; description: string; schema: z.ZodType }

/** A model's wish. `input` is JSON as the model wrote it, which nobody has checked. */
export type ToolCall = { id: string; name: string; input: string }

export type Message =
  | { role: "user"; content: string }
  | { role: "assistant"; content: string; tool_calls?: ToolCall[]; carried?: unknown }
  /** What a call gave; it follows the message that made the call. */
  | { role: "tool"; content: string; call: ToolCall; is_error?: boolean }

/** One question to a model, in terms that every provider can carry. */
export type ModelRequest = {
  /** The provider's own name of the model, without the `provider/` before it. */
  model: string
  /** The part that stays the same between calls; providers that can, cache it. */
  system: string
  messages: Message[]
  max_tokens: number
  /** Ignored by providers whose API has no such setting. */
  temperature: number
  /** The answer must be JSON of this shape. */
  output?: { name: string; schema: z.ZodType }
  /** What the model may call before it answers, where the provider has tools at all. */
  tools?: readonly Tool[]
  /** Forbids calls, for the answer that has to come now; the tools still explain earlier calls. */
  tool_choice?: "none"
  /** How the offline provider answers this request: by rules over the same sources, with no model. */
  extract: () => unknown
}

/**
 * Tokens of one call. `input` counts the whole prompt; of those, `cached` were read from the
 * provider's cache and `cache_written` were stored into it, which are priced differently.
 */
export type TokenUsage = { input: number; output: number; cached: number; cache_written: number }

/** What one attempt gives. */
export type Answered = {
  /** All text of the answer; JSON text when the request asked for an output schema. */
  text: string
  /** Set if the model has to see what these give before it can answer. */
  tool_calls?: ToolCall[]
  /** What only the provider understands and needs again in the message that made the calls. */
  carried?: unknown
  /** The model that really answered. */
  model: string
  usage: TokenUsage | null
  /** The provider's id of the request, for its support. */
  request_id: string | null
  /** What the provider says that it charges. */
  cost_usd?: number
}

export type ModelAnswer = Answered & { retries: number }

export type CallOptions = {
  signal: AbortSignal
  /** Called with each piece of text as it arrives. */
  onDelta: (text: string) => void
}

/** What a provider has to offer now. */
export type Availability = {
  usable: boolean
  reason: string
  /** What `auto` and the provider's bare name stand for; null if it has no model. */
  default_model: string | null
  /** Models that are known to exist, for lists and messages; `accepts` may take others. */
  models: readonly string[]
}

/** What a service tells of one of its models; null for what it does not tell. */
export type ModelInfo = {
  model: string
  name: string | null
  /** Tokens. */
  context_window: number | null
  max_output: number | null
  capabilities: Capability[] | null
}
export type Capability = "tools" | "structured_output" | "thinking" | "adaptive_thinking" | "images"

/** `problem` is a sentence if the service could not be asked: then the models are those known. */
export type Catalog = { models: readonly ModelInfo[]; problem: string | null }

/** In the order in which `auto` tries them. */
export const providerNames = [
  "anthropic",
  "claude-code",
  "openrouter",
  "ollama",
  "offline",
] as const
export type ProviderName = (typeof providerNames)[number]

/**
 * One source of models. `answer` resolves only with a whole answer: a stream that ends early, an
 * error inside the stream and a refusal all throw an AppError "LLMAPIError" whose details say
 * `provider`, `model`, `status` (null if none), `retryable`, `retries` and, where the provider asks
 * for a pause, `retry_after_s`. While its breaker is open it throws ServiceUnavailableError with
 * `provider` and `retry_after` (seconds). When `signal` aborts, its reason is thrown as it is.
 */
export interface Provider extends Described {
  /** Of a provider that is a service elsewhere. */
  readonly breaker?: Pick<Breaker, "status" | "retryAfterS">
  answer(request: ModelRequest, options: CallOptions): Promise<ModelAnswer>
}

export type Described = {
  readonly name: ProviderName
  /** Its name for people. */
  readonly title: string
  accepts(model: string): boolean
  availability(): Promise<Availability>
  /** Whether its models may call tools. */
  readonly tools?: true
  /** Asks the service for its models, at most every few minutes. Never throws. */
  catalog?(): Promise<Catalog>
}

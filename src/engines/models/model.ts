import type { z } from "zod"
import type { ImageType } from "../../platform/shapes/image"
import type { Fix } from "../../platform/shapes/provider-standing"
import type { Breaker } from "./resilience/breaker"

/** A tool that a model may call. `schema` must describe an object. */
export type Tool = { name: string; description: string; schema: z.ZodType }

/** A tool call that the model wants. `input` is the model's own JSON, unchecked. */
export type ToolCall = { id: string; name: string; input: string }

/** A picture that a model looks at. `data` is base64. */
export type Image = { name: string; media_type: ImageType; data: string }

export type Message =
  /** Providers get images before the text. */
  | { role: "user"; content: string; images?: readonly Image[] }
  | { role: "assistant"; content: string; tool_calls?: ToolCall[]; carried?: unknown }
  /** The result of a call. It follows the message that made the call. */
  | { role: "tool"; content: string; call: ToolCall; is_error?: boolean }

/** One question to a model, in terms that every provider supports. */
export type ModelRequest = {
  /** The provider's own name for the model, without the `provider/` prefix. */
  model: string
  /** Stays the same between calls, so providers cache it if they can. */
  system: string
  messages: Message[]
  max_tokens: number
  /** Ignored by providers whose API has no such setting. */
  temperature: number
  /** Set if the answer must be JSON of this shape. */
  output?: { name: string; schema: z.ZodType }
  /** Tools that the model may call before it answers. Ignored by providers without tools. */
  tools?: readonly Tool[]
  /** Forces an answer without further calls. The tools still explain earlier calls. */
  tool_choice?: "none"
  /** Answers without thinking first, where that is a choice: for a few words. */
  brief?: true
  /** Answers for the offline provider: by rules over the same sources, without a model. */
  extract: () => unknown
}

/** Tokens of one call. `input` is the whole prompt, including both kinds of cached tokens. */
export type TokenUsage = { input: number; output: number; cached: number; cache_written: number }

export type Answered = {
  /** The full text of the answer; JSON if the request had an output schema. */
  text: string
  /** Set if the model needs the results of these calls before it can answer. */
  tool_calls?: ToolCall[]
  /** Opaque data that the provider needs back in the message that made the calls. */
  carried?: unknown
  /** The model that actually answered. */
  model: string
  usage: TokenUsage | null
  /** The provider's request id, for a support ticket. */
  request_id: string | null
  /** The provider's own figure, if it gives one. */
  cost_usd?: number
}

export type ModelAnswer = Answered & { retries: number }

export type CallOptions = {
  signal: AbortSignal
  onDelta: (text: string) => void
}

/** A provider's current offer. */
export type Availability = {
  usable: boolean
  reason: string
  /** True if it is set up, but refuses our key or isn't logged in. */
  refuses: boolean
  /** What makes it usable; null if it is. */
  fix: Fix | null
  /** The model behind `auto` and the provider's bare name; null if it has none. */
  default_model: string | null
  /** Models known to exist, for lists and messages. `accepts` may allow others. */
  models: readonly string[]
}

/** A service's description of a model. Fields it doesn't give are null. */
export type ModelInfo = {
  model: string
  name: string | null
  /** Tokens. */
  context_window: number | null
  max_output: number | null
  capabilities: Capability[] | null
}
export type Capability = "tools" | "structured_output" | "thinking" | "adaptive_thinking" | "images"

/** If the service can't be reached, `problem` says so and `models` are the known ones. */
export type Catalog = { models: readonly ModelInfo[]; problem: string | null }

/** A service's answer to a check that costs nothing. */
export type Checked = {
  ok: boolean
  /** True if it answered, and refused our key or login. */
  refused: boolean
  /** For people. */
  sentence: string
  /** The models that it offers now; empty if it doesn't tell. */
  models: readonly string[]
}

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
 * One source of models. `answer` resolves only with a complete answer. A stream that ends early, an
 * error inside the stream or a refusal throws LLMAPIError with the details `provider`, `model`,
 * `status` (null if none), `retryable`, `retries` and, if the provider asks for a pause,
 * `retry_after_s`. While the breaker is open, it throws ServiceUnavailableError with `provider`,
 * `retry_after` (seconds) and `last_failure`. If `signal` aborts, it throws the signal's reason.
 */
export interface Provider extends Described {
  /** Set if the provider is a remote service. */
  readonly breaker?: Pick<Breaker, "status" | "retryAfterS">
  answer(request: ModelRequest, options: CallOptions): Promise<ModelAnswer>
  /** Asks the service now whether it would answer. Costs nothing, never throws. */
  check(): Promise<Checked>
}

export type Described = {
  readonly name: ProviderName
  readonly title: string
  /** What to do if it refuses our key or login. */
  readonly remedy?: Fix
  accepts(model: string): boolean
  availability(): Promise<Availability>
  /** Set if a small call beside an answer is quick and costs next to nothing. */
  readonly quick?: true
  /** Set if its models may call tools. */
  readonly tools?: true
  /** Asks the service for its models, at most every few minutes. Never throws. */
  catalog?(): Promise<Catalog>
  /** Returns whether a model takes images; null if nobody tells. Never throws. */
  takesImages?(model: string): Promise<boolean | null>
  /**
   * Returns a model's context window in tokens, or null if nobody tells. Asks the service once, so
   * that it can be called before each request. Never throws.
   */
  window?(model: string): Promise<number | null>
}

import type { Citation } from "./citation"

/** Usage of an answer; null where the provider did not report it. */
export type ChatUsage = {
  input_tokens: number | null
  output_tokens: number | null
  cached_tokens: number | null
  cost_usd: number | null
  /** Oldest messages of the session that were left out because the history is too long. */
  trimmed_messages: number
}

export type MessageMetadata = {
  citations: Citation[]
  usage: ChatUsage | null
  model: string | null
  /** The text so far, because someone stopped the answer or left. */
  stopped?: true
  /** The text so far, because the answer failed. */
  error?: { error: string; message: string }
  /** The text so far, still being generated. */
  generating?: true
}

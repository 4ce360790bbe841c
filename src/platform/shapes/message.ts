import type { Citation } from "./citation"

/** What an answer took; null where the provider did not say. */
export type ChatUsage = {
  input_tokens: number | null
  output_tokens: number | null
  cached_tokens: number | null
  cost_usd: number | null
  /** The oldest messages of the session that were not sent, since the history is too long. */
  trimmed_messages: number
}

export type MessageMetadata = {
  citations: Citation[]
  usage: ChatUsage | null
  model: string | null
  /** Its text is what there was when somebody stopped it, or left. */
  stopped?: true
  /** Its text is what there was when it failed. */
  error?: { error: string; message: string }
  /** Its text is what there is so far. */
  generating?: true
}

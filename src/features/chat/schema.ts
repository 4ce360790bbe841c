import { z } from "zod"
import type { Citation } from "../../platform/shapes/citation"

/** Of a session that has not been given another title and has no message yet. */
export const NEW_TITLE = "New Chat"

const title = z.string().trim().min(1, "Give it a title.").max(200)
/** Null for what the settings say when a message is answered. */
const model = z.string().trim().min(1).max(200).nullish()

export const sessionInput = z.strictObject({ title: title.optional(), model })
export type SessionInput = z.infer<typeof sessionInput>

export const sessionChange = sessionInput
export type SessionChange = SessionInput

const notYet = "Chat can't read documents yet: leave use_rag and document_ids out."

export const messageInput = z.strictObject({
  message: z.string().trim().min(1, "Say something.").max(200_000),
  use_rag: z.literal(false, notYet).optional(),
  document_ids: z.array(z.string()).max(0, notYet).optional(),
})
export type MessageInput = z.input<typeof messageInput>

/** A conversation. The cost is that of all its calls in USD, null if one of them is unknown. */
export type Session = {
  id: string
  title: string
  model: string
  message_count: number
  cost_usd: number | null
  created_at: string
  updated_at: string
}

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

export type ChatMessage = {
  id: string
  session_id: string
  role: "user" | "assistant"
  content: string
  metadata: MessageMetadata
  created_at: string
}

/** What the stream of an answer tells, by the names of its events. */
export type ChatEvents = {
  message: { session_id: string; user_message_id: string; assistant_message_id: string }
  delta: { text: string }
  citations: { citations: Citation[] }
  usage: ChatUsage & { model: string | null }
  done: { message_id: string; stopped: boolean }
}

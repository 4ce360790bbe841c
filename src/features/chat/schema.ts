import { z } from "zod"
import type { Citation } from "../../platform/shapes/citation"
import type { ChatUsage, MessageMetadata } from "../../platform/shapes/message"

/** The title of a session without its own title or any message. */
export const NEW_TITLE = "New Chat"

const title = z.string().trim().min(1, "Give it a title.").max(200)
/** Null to use the settings' model when a message is answered. */
const model = z.string().trim().min(1).max(200).nullish()

export const sessionInput = z.strictObject({ title: title.optional(), model })
export type SessionInput = z.infer<typeof sessionInput>

export const sessionChange = sessionInput
export type SessionChange = SessionInput

const notYet = "Chat can't read documents yet: leave use_rag and document_ids out."

export const messageInput = z.strictObject({
  message: z.string().trim().min(1, "Write a message.").max(200_000),
  use_rag: z.literal(false, notYet).optional(),
  document_ids: z.array(z.string()).max(0, notYet).optional(),
})
export type MessageInput = z.input<typeof messageInput>

/** A conversation. Its cost is that of all its calls in USD, or null if one of them is unknown. */
export type Session = {
  id: string
  title: string
  model: string
  message_count: number
  cost_usd: number | null
  created_at: string
  updated_at: string
}

export type ChatMessage = {
  id: string
  session_id: string
  role: "user" | "assistant"
  content: string
  metadata: MessageMetadata
  created_at: string
}

/** The data of an answer stream's events, by event name. */
export type ChatEvents = {
  message: { session_id: string; user_message_id: string; assistant_message_id: string }
  delta: { text: string }
  citations: { citations: Citation[] }
  usage: ChatUsage & { model: string | null }
  done: { message_id: string; stopped: boolean }
}

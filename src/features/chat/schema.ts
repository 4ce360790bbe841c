import { z } from "zod"
import type { Citation } from "../../platform/shapes/citation"
import type { ImageRef } from "../../platform/shapes/image"
import type { AnswerSearch, ChatUsage, MessageMetadata } from "../../platform/shapes/message"
import type { Document } from "../documents/schema"

/** The title of a session without its own title or any message. */
export const NEW_TITLE = "New Chat"

const title = z.string().trim().min(1, "Give it a title.").max(200)
/** Null to use the settings' model when a message is answered. */
const model = z.string().trim().min(1).max(200).nullish()

export const sessionInput = z.strictObject({
  title: title.optional(),
  model,
  /** A second model or agent for each question, in the pages. Null to ask one only. */
  beside_model: model,
  temperature: z.number().min(0).max(2).nullish(),
  system_prompt: z.string().trim().max(20_000).optional(),
  pinned: z.boolean().optional(),
})
export type SessionInput = z.infer<typeof sessionInput>

export const sessionChange = sessionInput
export type SessionChange = SessionInput

export const messageInput = z.strictObject({
  message: z.string().trim().min(1, "Write a message.").max(200_000),
  /** Whether to answer from the documents; true by default if some are named. */
  use_rag: z.boolean().optional(),
  document_ids: z.array(z.uuid()).max(1000).optional(),
  /** Absolute paths of synced folders, or of folders in them. */
  folders: z.array(z.string().startsWith("/")).max(100).optional(),
  /** Images of the session to show; by default those added since the last message. */
  image_ids: z.array(z.uuid()).optional(),
  /** The message that this one follows: null for a first one. By default the newest shown. */
  parent_id: z.uuid().nullable().optional(),
})
export type MessageInput = z.infer<typeof messageInput>

/** A message of the branch to show. */
export const showInput = z.strictObject({ message_id: z.uuid() })

/** The message to answer once more, or one of its answers; by default the newest. */
export const againInput = z.strictObject({
  message_id: z.uuid().optional(),
  /** The model or agent to ask instead of the one that the session asks. */
  model: z.string().trim().min(1).max(200).optional(),
  /**
   * Whether to write it beside another answer, which may still be written. By default only if
   * the answer to write anew is such a one.
   */
  beside: z.boolean().optional(),
})
export type AgainInput = z.infer<typeof againInput>

/** The incomplete answer to continue; by default the newest shown. */
export const continueInput = z.strictObject({ message_id: z.uuid().optional() })
export type ContinueInput = z.infer<typeof continueInput>

/** A conversation. Its cost is that of all its calls in USD, or null if one of them is unknown. */
export type Session = {
  id: string
  title: string
  model: string
  /** The second model, if each question is to be answered by two. */
  beside_model: string | null
  /** Null to use the settings. */
  temperature: number | null
  system_prompt: string
  pinned: boolean
  message_count: number
  cost_usd: number | null
  created_at: string
  updated_at: string
}

/** The most images of a session. */
export const IMAGES_MAX = 200

/** An image of a session. `shown` is false until a question shows it. */
export type ChatImage = ImageRef & { type: "image"; shown: boolean; created_at: string }

/** A file of a session: a document, or an image to show to models. */
export type Attachment = Document | ChatImage

/** How many messages of a branch the last answer had no room for, and what is sent instead. */
export type LeftOut = { messages: number; summary?: { text: string; messages: number } }

export type ChatMessage = {
  id: string
  session_id: string
  /** The message that it follows; null for a first one. */
  parent_id: string | null
  role: "user" | "assistant"
  content: string
  /** Written beside another answer to the same question, by a second model. */
  beside: boolean
  metadata: MessageMetadata
  created_at: string
}

/**
 * A message that is shown. `siblings` has its own id and those of its other versions: for an answer
 * beside another one, those beside it too; for any other, those that are not.
 */
export type Version = ChatMessage & { siblings: string[] }

/**
 * A message of the branch that is shown. `other_answer` is the newest answer to the same question
 * by the other one of two models.
 */
export type ShownMessage = Version & { other_answer?: Version }

/** The data of an answer stream's events, by event name. */
export type ChatEvents = {
  message: { session_id: string; user_message_id: string; assistant_message_id: string }
  search: AnswerSearch
  delta: { text: string }
  /** All so far, each time one is complete, and at the end. */
  citations: { citations: Citation[] }
  usage: ChatUsage & { model: string | null }
  done: { message_id: string; stopped: boolean }
}

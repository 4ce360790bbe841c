import type { Config } from "../../platform/config/config"
import type { MessageRow } from "../../platform/db/schema/chat"
import type { CallTotals } from "../../platform/shapes/cost"
import { type ChatMessage, NEW_TITLE, type Session } from "./schema"
import type { CountedSession } from "./store"

export function presentSession(
  { session, messages }: CountedSession,
  calls: CallTotals | undefined,
  { defaultModel }: Pick<Config, "defaultModel">,
): Session {
  return {
    id: session.id,
    title: session.title ?? NEW_TITLE,
    model: session.model ?? defaultModel,
    message_count: messages,
    cost_usd: calls?.unpriced ? null : (calls?.costUsd ?? 0),
    created_at: session.createdAt.toISOString(),
    updated_at: session.updatedAt.toISOString(),
  }
}

/** Presents a message. `text` is the current text of an answer that this process is writing. */
export function presentMessage(row: MessageRow, text: string | undefined): ChatMessage {
  const { id, role, generating, metadata } = row
  return {
    id,
    session_id: row.sessionId,
    role,
    content: generating && text !== undefined ? text : row.content,
    metadata: generating ? { ...metadata, generating } : metadata,
    created_at: row.createdAt.toISOString(),
  }
}

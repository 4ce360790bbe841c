import type { Config } from "../../platform/config/config"
import type { MessageRow } from "../../platform/db/schema/chat"
import type { CallTotals } from "../../platform/shapes/cost"
import { type Generation, metadataOf } from "./generation"
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
    beside_model: session.besideModel,
    temperature: session.temperature,
    system_prompt: session.systemPrompt,
    pinned: session.pinned,
    message_count: messages,
    cost_usd: calls?.unpriced ? null : (calls?.costUsd ?? 0),
    created_at: session.createdAt.toISOString(),
    updated_at: session.updatedAt.toISOString(),
  }
}

/** Presents a message. `active` are the session's answers that this process is writing. */
export function presentMessage(row: MessageRow, active: Generation[]): ChatMessage {
  const { id, role, generating, beside } = row
  const writing = active.find(({ turn }) => turn.answerId === id)
  const metadata = generating && writing ? metadataOf(writing) : row.metadata
  return {
    id,
    session_id: row.sessionId,
    parent_id: row.parentId,
    role,
    content: generating && writing ? writing.text : row.content,
    beside,
    metadata: generating ? { ...metadata, generating } : metadata,
    created_at: row.createdAt.toISOString(),
  }
}

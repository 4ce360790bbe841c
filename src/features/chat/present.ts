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
    temperature: session.temperature,
    system_prompt: session.systemPrompt,
    pinned: session.pinned,
    message_count: messages,
    cost_usd: calls?.unpriced ? null : (calls?.costUsd ?? 0),
    created_at: session.createdAt.toISOString(),
    updated_at: session.updatedAt.toISOString(),
  }
}

/** Presents a message. `writing` is its answer in progress, if this process is writing it. */
export function presentMessage(row: MessageRow, writing: Generation | undefined): ChatMessage {
  const { id, role, generating } = row
  const metadata = generating && writing ? metadataOf(writing) : row.metadata
  return {
    id,
    session_id: row.sessionId,
    parent_id: row.parentId,
    role,
    content: generating && writing ? writing.text : row.content,
    metadata: generating ? { ...metadata, generating } : metadata,
    created_at: row.createdAt.toISOString(),
  }
}

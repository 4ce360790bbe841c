import { and, eq, sql } from "drizzle-orm"
import type { Filter } from "../../engines/index/snapshot-store"
import type { Db } from "../../platform/db/db"
import { chatAttachments } from "../../platform/db/schema/chat"
import { documents } from "../../platform/db/schema/documents"
import { CHAT_MARK } from "../../platform/shapes/document"
import type { SearchInput } from "./schema"

/** A search. That of a chat's question finds the files of that chat too. */
export type Search = SearchInput & { chat_session?: string | undefined }

/** Returns which documents to search: those that are named, else all but the files of chats. */
export async function scopeOf(
  db: Db,
  { document_ids: documentIds, metadata, chat_session }: Search,
): Promise<Pick<Filter, "documentIds" | "exceptIds">> {
  if (documentIds) return { documentIds }
  if (metadata && CHAT_MARK in metadata) return {}
  return { exceptIds: await listOfOtherChats(db, chat_session) }
}

/** Lists the files of chats, without those of this one. */
async function listOfOtherChats(db: Db, chatSession: string | undefined): Promise<string[]> {
  const own = sql`exists (select from ${chatAttachments} as own
    where own.document_id = ${documents.id} and own.session_id = ${chatSession ?? null}::uuid)`
  const rows = await db
    .selectDistinct({ id: documents.id })
    .from(chatAttachments)
    .innerJoin(documents, eq(documents.id, chatAttachments.documentId))
    .where(and(sql`${documents.metadata} ? ${CHAT_MARK}::text`, sql`not ${own}`))
  return rows.map(({ id }) => id)
}

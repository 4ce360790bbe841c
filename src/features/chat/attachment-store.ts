import { and, asc, eq, sql } from "drizzle-orm"
import { isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { chatAttachments } from "../../platform/db/schema/chat"

/** Lists the ids of a session's documents, in the order in which they were added. */
export async function listAttached(db: Db, sessionId: string): Promise<string[]> {
  const rows = await db
    .select({ id: chatAttachments.documentId })
    .from(chatAttachments)
    .where(eq(chatAttachments.sessionId, sessionId))
    .orderBy(asc(chatAttachments.createdAt), asc(chatAttachments.documentId))
  return rows.map(({ id }) => id)
}

/** Adds documents that aren't there yet. */
export async function attach(db: Db, sessionId: string, documentIds: string[]): Promise<void> {
  if (documentIds.length === 0) return
  const rows = documentIds.map((documentId) => ({ sessionId, documentId }))
  await db.insert(chatAttachments).values(rows).onConflictDoNothing()
}

/** Returns false if the document isn't attached. */
export async function detach(db: Db, sessionId: string, documentId: string): Promise<boolean> {
  const isIt = and(
    eq(chatAttachments.sessionId, sessionId),
    eq(chatAttachments.documentId, documentId),
  )
  const rows = await db.delete(chatAttachments).where(isIt).returning()
  return rows.length > 0
}

/** Returns which of these documents no session has except this one. */
export async function listUnshared(db: Db, sessionId: string, ids: string[]): Promise<string[]> {
  const rows = await db
    .selectDistinct({ id: chatAttachments.documentId })
    .from(chatAttachments)
    .where(
      and(
        isAnyOf(chatAttachments.documentId, ids),
        sql`${chatAttachments.sessionId} <> ${sessionId}::uuid`,
      ),
    )
  const shared = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => !shared.has(id))
}

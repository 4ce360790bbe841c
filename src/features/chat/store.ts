import { and, asc, desc, eq, gt, lt, notInArray, sql } from "drizzle-orm"
import { arrayLiteral } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import type { Page } from "../../platform/db/page"
import {
  chatMessages,
  chatSessions,
  type MessageRow,
  type SessionRow,
} from "../../platform/db/schema/chat"
import type { MessageMetadata } from "../../platform/shapes/message"

// Drizzle leaves out the table's name before a column where it selects from one table.
const messageCount = sql<number>`(
  select count(*)::int from ${chatMessages} as said where said.session_id = chat_sessions.id
)`
export type CountedSession = { session: SessionRow; messages: number }

export async function findSession(db: Db, id: string): Promise<CountedSession | undefined> {
  const [found] = await db
    .select({ session: chatSessions, messages: messageCount })
    .from(chatSessions)
    .where(eq(chatSessions.id, id))
  return found
}

/** Newest first. */
export async function listSessions(db: Db, { limit, before }: Page): Promise<CountedSession[]> {
  return db
    .select({ session: chatSessions, messages: messageCount })
    .from(chatSessions)
    .where(before ? lt(chatSessions.id, before) : undefined)
    .orderBy(desc(chatSessions.id))
    .limit(limit)
}

export async function insertSession(
  db: Db,
  session: typeof chatSessions.$inferInsert,
): Promise<SessionRow | undefined> {
  const [row] = await db.insert(chatSessions).values(session).returning()
  return row
}

/** Whether there was one to change. */
export async function updateSession(
  db: Db,
  id: string,
  change: Partial<typeof chatSessions.$inferInsert>,
): Promise<boolean> {
  const changed = { ...change, updatedAt: new Date() }
  const rows = await db
    .update(chatSessions)
    .set(changed)
    .where(eq(chatSessions.id, id))
    .returning({ id: chatSessions.id })
  return rows.length > 0
}

/** Deletes a session with its messages. */
export async function deleteSession(db: Db, id: string): Promise<void> {
  await db.delete(chatSessions).where(eq(chatSessions.id, id))
}

export type MessageRange = { limit: number; after?: string; before?: string }

/** Oldest first: the first of the range, or with `newest` the last of it. */
export async function listMessages(
  db: Db,
  sessionId: string,
  { limit, after, before }: MessageRange,
  newest = false,
): Promise<MessageRow[]> {
  const rows = await db
    .select()
    .from(chatMessages)
    .where(
      and(
        eq(chatMessages.sessionId, sessionId),
        after ? gt(chatMessages.id, after) : undefined,
        before ? lt(chatMessages.id, before) : undefined,
      ),
    )
    .orderBy(newest ? desc(chatMessages.id) : asc(chatMessages.id))
    .limit(limit)
  return newest ? rows.reverse() : rows
}

export async function findMessage(db: Db, id: string): Promise<MessageRow | undefined> {
  const [row] = await db.select().from(chatMessages).where(eq(chatMessages.id, id))
  return row
}

/** Keeps what there is of answers so far; the ids of those that are still to be written. */
export async function saveTexts(
  db: Db,
  answers: { id: string; content: string }[],
): Promise<Set<string>> {
  const ids = answers.map(({ id }) => id)
  const texts = answers.map(({ content }) => content)
  const rows = await db.execute<{ id: string }>(sql`
    update ${chatMessages} set content = texts.content, saved_at = clock_timestamp()
    from unnest(${arrayLiteral(ids)}::uuid[], ${arrayLiteral(texts)}::text[]) as texts(id, content)
    where ${chatMessages.id} = texts.id and generating
    returning texts.id`)
  return new Set(rows.map(({ id }) => id))
}

/** Ends an answer; false if somebody else has. */
export async function endAnswer(
  db: Db,
  id: string,
  { content, metadata }: { content: string; metadata: MessageMetadata },
): Promise<boolean> {
  const rows = await db
    .update(chatMessages)
    .set({ content, metadata, generating: false })
    .where(and(eq(chatMessages.id, id), chatMessages.generating))
    .returning({ id: chatMessages.id })
  return rows.length > 0
}

/** Ends an answer with what is stored of it; its process learns that when it next saves. */
export async function stopElsewhere(db: Db, sessionId: string): Promise<boolean> {
  const metadata = sql`${chatMessages.metadata} || '{"stopped": true}'`
  const rows = await db
    .update(chatMessages)
    .set({ metadata, generating: false })
    .where(and(eq(chatMessages.sessionId, sessionId), chatMessages.generating))
    .returning({ id: chatMessages.id })
  return rows.length > 0
}

export type Unwritten = {
  /** Of one session, or of all. */
  sessionId?: string
  /** Those that this process writes. */
  mine: string[]
  /** Silence after which their process counts as dead; undefined if all others are. */
  silentS?: number
}

/** The answers that nobody writes any more, which nobody else can end until the transaction does. */
export async function lockUnwritten(db: Db, unwritten: Unwritten): Promise<MessageRow[]> {
  const { sessionId, mine, silentS } = unwritten
  const since = sql`clock_timestamp() - make_interval(secs => ${silentS ?? 0})`
  return db
    .select()
    .from(chatMessages)
    .where(
      and(
        chatMessages.generating,
        sessionId ? eq(chatMessages.sessionId, sessionId) : undefined,
        mine.length > 0 ? notInArray(chatMessages.id, mine) : undefined,
        silentS === undefined ? undefined : lt(chatMessages.savedAt, since),
      ),
    )
    .for("update", { skipLocked: true })
}

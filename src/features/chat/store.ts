import { and, asc, desc, eq, gt, lt, notInArray, type SQL, sql } from "drizzle-orm"
import { arrayLiteral, isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { firstRow } from "../../platform/db/first-row"
import type { Page } from "../../platform/db/page"
import {
  chatMessages,
  chatSessions,
  type MessageRow,
  type SessionRow,
} from "../../platform/db/schema/chat"
import type { MessageMetadata } from "../../platform/shapes/message"

// Written out, since drizzle omits the table's name when it selects from a single table.
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

/** Lists sessions: the pinned ones first, each part newest first. */
export async function listSessions(db: Db, { limit, before }: Page): Promise<CountedSession[]> {
  return db
    .select({ session: chatSessions, messages: messageCount })
    .from(chatSessions)
    .where(behind(before))
    .orderBy(...pinnedFirst)
    .limit(limit)
}

export const pinnedFirst = [desc(chatSessions.pinned), desc(chatSessions.id)]

/** The sessions that come after this one in a list. One that was deleted counts as not pinned. */
export function behind(before: string | undefined): SQL | undefined {
  if (!before) return undefined
  const pinned = sql`(select pinned from ${chatSessions} as last where last.id = ${before})`
  const place = sql`(coalesce(${pinned}, false), ${before}::uuid)`
  return sql`(${chatSessions.pinned}, ${chatSessions.id}) < ${place}`
}

/** Lists these sessions in no order. */
export async function findSessions(db: Db, ids: string[]): Promise<CountedSession[]> {
  return db
    .select({ session: chatSessions, messages: messageCount })
    .from(chatSessions)
    .where(isAnyOf(chatSessions.id, ids))
}

export async function insertSession(
  db: Db,
  session: typeof chatSessions.$inferInsert,
): Promise<SessionRow> {
  return firstRow(await db.insert(chatSessions).values(session).returning())
}

/** Changes a session. Returns false if it doesn't exist. */
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

/** Deletes a session and its messages. */
export async function deleteSession(db: Db, id: string): Promise<void> {
  await db.delete(chatSessions).where(eq(chatSessions.id, id))
}

export type MessageRange = { limit: number; after?: string; before?: string }

/** Lists messages, oldest first. */
export async function listMessages(
  db: Db,
  sessionId: string,
  { limit, after, before }: MessageRange,
): Promise<MessageRow[]> {
  return db
    .select()
    .from(chatMessages)
    .where(
      and(
        eq(chatMessages.sessionId, sessionId),
        after ? gt(chatMessages.id, after) : undefined,
        before ? lt(chatMessages.id, before) : undefined,
      ),
    )
    .orderBy(asc(chatMessages.id))
    .limit(limit)
}

export async function findMessage(db: Db, id: string): Promise<MessageRow | undefined> {
  const [row] = await db.select().from(chatMessages).where(eq(chatMessages.id, id))
  return row
}

type Unfinished = { id: string; content: string; metadata: MessageMetadata }

/** Saves unfinished answers as they are so far. Returns the ids of those still unfinished. */
export async function saveTexts(db: Db, answers: Unfinished[]): Promise<Set<string>> {
  const column = (of: (answer: Unfinished) => string) => arrayLiteral(answers.map(of))
  const rows = await db.execute<{ id: string }>(sql`
    update ${chatMessages}
    set content = texts.content, metadata = texts.metadata, saved_at = clock_timestamp()
    from unnest(
      ${column(({ id }) => id)}::uuid[], ${column(({ content }) => content)}::text[],
      ${column(({ metadata }) => JSON.stringify(metadata))}::jsonb[]
    ) as texts(id, content, metadata)
    where ${chatMessages.id} = texts.id and generating
    returning texts.id`)
  return new Set(rows.map(({ id }) => id))
}

/** Ends an answer. Returns false if it has already ended. */
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

/** Goes on with an answer that was stopped or broke off. Returns undefined if it is neither. */
export async function resumeAnswer(
  db: Db,
  sessionId: string,
  id: string,
): Promise<MessageRow | undefined> {
  const { metadata } = chatMessages
  const isIncomplete = sql`(${metadata} ? 'stopped' or ${metadata} ? 'error')`
  const [row] = await db
    .update(chatMessages)
    .set({
      metadata: sql`${metadata} - 'stopped' - 'error'`,
      generating: true,
      savedAt: sql`clock_timestamp()`,
    })
    .where(and(eq(chatMessages.sessionId, sessionId), eq(chatMessages.id, id), isIncomplete))
    .returning()
  return row
}

/**
 * Ends a session's answers, other than `mine`, with their stored texts. Their process notices when
 * it next saves.
 */
export async function stopElsewhere(db: Db, sessionId: string, mine: string[]): Promise<boolean> {
  const isElsewhere = mine.length > 0 ? notInArray(chatMessages.id, mine) : undefined
  const metadata = sql`${chatMessages.metadata} || '{"stopped": true}'`
  const rows = await db
    .update(chatMessages)
    .set({ metadata, generating: false })
    .where(and(eq(chatMessages.sessionId, sessionId), chatMessages.generating, isElsewhere))
    .returning({ id: chatMessages.id })
  return rows.length > 0
}

type Unwritten = {
  sessionId?: string
  mine: string[]
  /** Silence after which a process counts as dead; undefined if all others are dead. */
  silentS?: number
}

/** Locks the unfinished answers of dead processes until the transaction ends. */
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

import { and, sql } from "drizzle-orm"
import { isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import type { Page } from "../../platform/db/page"
import { chatMessages, chatSessions } from "../../platform/db/schema/chat"
import { behind, type CountedSession, findSessions, pinnedFirst } from "./store"

/** Sessions that one statement looks through: answers that stream get their turn between two. */
const AT_ONCE = 50

/**
 * Lists the sessions in whose title or messages each of the words occurs, in the order of all
 * sessions. Reads texts as they are, without an index: any part of a word is found, in any script.
 * Ends early if `signal` aborts.
 */
export async function searchSessions(
  db: Db,
  words: string[],
  { limit, before }: Page,
  signal: AbortSignal | undefined,
): Promise<CountedSession[]> {
  const all = await db
    .select({ id: chatSessions.id })
    .from(chatSessions)
    .where(behind(before))
    .orderBy(...pinnedFirst)
  const ids = all.map(({ id }) => id)
  const found: string[] = []
  for (let at = 0; at < ids.length && found.length < limit && !signal?.aborted; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE)
    const matching = await matchesOf(db, words, some)
    found.push(...some.filter((id) => matching.has(id)))
  }
  const wanted = found.slice(0, limit)
  const sessions = new Map((await findSessions(db, wanted)).map((it) => [it.session.id, it]))
  // One may have been deleted since.
  return wanted.flatMap((id) => sessions.get(id) ?? [])
}

/** A title is searched like the messages. All words in one pass over the texts. */
async function matchesOf(db: Db, words: string[], ids: string[]): Promise<Set<string>> {
  const texts = db
    .select({ id: chatSessions.id, said: sql<string>`${chatSessions.title}`.as("said") })
    .from(chatSessions)
    .where(isAnyOf(chatSessions.id, ids))
    .unionAll(
      db
        .select({ id: chatMessages.sessionId, said: sql<string>`${chatMessages.content}` })
        .from(chatMessages)
        .where(isAnyOf(chatMessages.sessionId, ids)),
    )
    .as("texts")
  const rows = await db
    .select({ id: texts.id })
    .from(texts)
    .groupBy(texts.id)
    .having(and(...words.map((word) => sql`bool_or(${texts.said} ~* ${literally(word)})`)))
  return new Set(rows.map(({ id }) => id))
}

/** A pattern that matches just this word. PostgreSQL matches it three times as fast as `ilike`. */
const literally = (word: string) => word.replace(/[^\p{L}\p{N}]/gu, "\\$&")

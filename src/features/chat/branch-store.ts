import { and, desc, eq, sql } from "drizzle-orm"
import { isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import type { Page } from "../../platform/db/page"
import {
  chatMessages,
  chatSessions,
  type MessageRow,
  type SessionRow,
} from "../../platform/db/schema/chat"

/** More messages than a session can be imported with. */
export const BRANCH_MAX = 100_000

/** A message, and the ids of all its versions. */
export type VersionRow = { message: MessageRow; siblings: string[] }

/** A message of the branch that is shown, and the newest answer beside it. */
export type BranchRow = VersionRow & { other: VersionRow | undefined }

/**
 * Lists the newest messages of the branch that is shown, oldest first: of all, or of those that
 * the message `before` follows.
 */
export async function listBranch(
  db: Db,
  sessionId: string,
  { limit, before }: Page,
): Promise<BranchRow[]> {
  const { beside } = chatMessages
  const rows = await db
    .select({
      message: chatMessages,
      siblings: sql<string[]>`case when ${beside} then families.besides else families.ids end`,
      others: sql<string[] | null>`case when ${beside} then families.ids else families.besides end`,
    })
    .from(chatMessages)
    .innerJoin(
      familiesOf(sessionId),
      sql`families.parent_id is not distinct from ${chatMessages.parentId}`,
    )
    .where(onBranch(sessionId, limit, before))
    .orderBy(chatMessages.depth)
  const shown = rows.flatMap(({ others }) => others?.at(-1) ?? [])
  const newest = new Map((await findAll(db, shown)).map((row) => [row.id, row]))
  return rows.map(({ others, ...row }) => {
    const message = newest.get(others?.at(-1) ?? "")
    return { ...row, other: message && { message, siblings: others ?? [] } }
  })
}

async function findAll(db: Db, ids: string[]): Promise<MessageRow[]> {
  if (ids.length === 0) return []
  return db.select().from(chatMessages).where(isAnyOf(chatMessages.id, ids))
}

export async function isOnShownBranch(db: Db, sessionId: string, id: string): Promise<boolean> {
  const isIt = eq(chatMessages.id, id)
  const rows = await db
    .select({ id: chatMessages.id })
    .from(chatMessages)
    .where(and(isIt, onBranch(sessionId, BRANCH_MAX)))
  return rows.length > 0
}

/** A message's place in the tree. */
export type Link = { id: string; parentId: string | null; beside: boolean; generating: boolean }

/** Lists the whole tree, oldest first, so that each message comes after the one that it follows. */
export async function listLinks(db: Db, sessionId: string): Promise<Link[]> {
  const { id, parentId, beside, generating } = chatMessages
  const inSession = eq(chatMessages.sessionId, sessionId)
  return db
    .select({ id, parentId, beside, generating })
    .from(chatMessages)
    .where(inSession)
    .orderBy(id)
}

/** Returns this message's id and those of all messages below it. */
export function belowOf(links: Link[], id: string): Set<string> {
  const below = new Set([id])
  for (const link of links) if (link.parentId && below.has(link.parentId)) below.add(link.id)
  return below
}

/**
 * Follows the newest message at each fork, but an answer beside another one only if something
 * follows it. Returns the last one; null if there are no messages.
 */
export function newestBelow(
  links: Pick<Link, "id" | "parentId" | "beside">[],
  id: string | null,
): string | null {
  const followed = new Set(links.map(({ parentId }) => parentId))
  const newest = new Map<string | null, string>()
  for (const { id, parentId, beside } of links) {
    if (!beside || followed.has(id) || !newest.has(parentId)) newest.set(parentId, id)
  }
  let leaf = id
  for (let next = newest.get(leaf); next; next = newest.get(leaf)) leaf = next
  return leaf
}

/** Finds the newest summary on the branch that is shown, and its message. */
export async function findSummary(
  db: Db,
  sessionId: string,
): Promise<{ id: string; depth: number; summary: string } | undefined> {
  const { id, depth, metadata } = chatMessages
  const summary = sql<string>`${metadata} ->> 'summary'`
  const [found] = await db
    .select({ id, depth, summary })
    .from(chatMessages)
    .where(and(onBranch(sessionId, BRANCH_MAX), sql`${metadata} ? 'summary'`))
    .orderBy(desc(depth))
    .limit(1)
  return found
}

/** Keeps a summary with the last message that it summarises. Null removes it. */
export async function setSummary(db: Db, id: string, summary: string | null): Promise<void> {
  const rest = sql`${chatMessages.metadata} - 'summary'`
  const added = sql`${rest} || jsonb_build_object('summary', ${summary}::text)`
  await db
    .update(chatMessages)
    .set({ metadata: summary === null ? rest : added })
    .where(eq(chatMessages.id, id))
}

export async function deleteMessages(db: Db, ids: Iterable<string>): Promise<void> {
  await db.delete(chatMessages).where(isAnyOf(chatMessages.id, [...ids]))
}

/** Locks a session until the transaction ends. Returns undefined if it doesn't exist. */
export async function lockSession(db: Db, id: string): Promise<SessionRow | undefined> {
  const [row] = await db.select().from(chatSessions).where(eq(chatSessions.id, id)).for("update")
  return row
}

/** The messages that follow the same one. All in one pass, since a session has hundreds. */
const familiesOf = (sessionId: string) => sql`(
  select parent_id, json_agg(id order by id) filter (where not beside) as ids,
    json_agg(id order by id) filter (where beside) as besides
  from ${chatMessages}
  where session_id = ${sessionId} group by parent_id
) as families`

const onBranch = (sessionId: string, limit: number, before?: string) =>
  sql`${chatMessages.id} in (select id from ${branchOf(sessionId, limit, before)})`

const branchOf = (sessionId: string, limit: number, before: string | undefined) => sql`(
  with recursive branch as (
    select m.id, m.parent_id, 1 as nth from ${chatSessions} as asked
    join ${chatMessages} as m on m.session_id = asked.id and m.id = ${startOf(before)}
    where asked.id = ${sessionId}
    union all
    select m.id, m.parent_id, branch.nth + 1 from branch
    join ${chatMessages} as m on m.id = branch.parent_id where branch.nth < ${limit}
  )
  select id from branch
) as branch`

const startOf = (before: string | undefined) =>
  before ? sql`(select parent_id from ${chatMessages} where id = ${before})` : sql`asked.leaf_id`

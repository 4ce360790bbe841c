import { and, eq, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { chatMessages, chatSessions, type MessageRow } from "../../platform/db/schema/chat"

/** A message of the branch that is shown, and the ids of those that could be in its place. */
export type BranchRow = { message: MessageRow; siblings: string[] }

/** Lists the newest messages of the branch that is shown, oldest first. */
export async function listBranch(db: Db, sessionId: string, limit: number): Promise<BranchRow[]> {
  return db
    .select({
      message: chatMessages,
      siblings: sql<string[]>`families.ids`,
    })
    .from(chatMessages)
    .innerJoin(
      familiesOf(sessionId),
      sql`families.parent_id is not distinct from ${chatMessages.parentId}`,
    )
    .where(sql`${chatMessages.id} in (select id from ${branchOf(sessionId, limit)})`)
    .orderBy(chatMessages.depth)
}

/** Shows another branch: the newest one below this message. Returns false if it isn't there. */
export async function showBranch(db: Db, sessionId: string, messageId: string): Promise<boolean> {
  const newest = sql`(
    with recursive below as (
      select id, depth from ${chatMessages} where session_id = ${sessionId} and id = ${messageId}
      union all
      select child.id, child.depth from below
      join lateral (
        select id, depth from ${chatMessages}
        where session_id = ${sessionId} and parent_id = below.id order by id desc limit 1
      ) as child on true
    )
    select id from below order by depth desc limit 1
  )`
  const rows = await db
    .update(chatSessions)
    .set({ leafId: newest })
    .where(and(eq(chatSessions.id, sessionId), sql`${newest} is not null`))
    .returning({ id: chatSessions.id })
  return rows.length > 0
}

/** The messages that follow the same one. All in one pass, since a session has hundreds. */
const familiesOf = (sessionId: string) => sql`(
  select parent_id, json_agg(id order by id) as ids from ${chatMessages}
  where session_id = ${sessionId} group by parent_id
) as families`

const branchOf = (sessionId: string, limit: number) => sql`(
  with recursive branch as (
    select m.id, m.parent_id, 1 as nth from ${chatSessions} as asked
    join ${chatMessages} as m on m.id = asked.leaf_id where asked.id = ${sessionId}
    union all
    select m.id, m.parent_id, branch.nth + 1 from branch
    join ${chatMessages} as m on m.id = branch.parent_id where branch.nth < ${limit}
  )
  select id from branch
) as branch`

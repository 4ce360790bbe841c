import { type SQL, sql } from "drizzle-orm"
import { arrayLiteral } from "../db/array"
import type { Db } from "../db/db"
import { appending } from "../events/appending"
import type { MessageMetadata } from "./schema"
import { chatMessages, chatSessions } from "./table"

export type NewTurn = {
  sessionId: string
  /** For a session that has none yet. */
  title: string
  userMessageId: string
  message: string
  answerId: string
}

/** What became of a new turn, with one message of what was said before, if there is any. */
export type BegunRow = {
  answer_id: string
  is_known: boolean
  is_begun: boolean
  /** What was chosen for the session. */
  model: string | null
  role: "user" | "assistant" | null
  content: string | null
  /** Of how many messages with a text. */
  count: number | null
}

const metadata: MessageMetadata = { citations: [], usage: null, model: null }

/**
 * Stores messages with places for their answers and their events, where the session exists and no
 * answer is being written, and gives the newest that was said before in at most so many bytes,
 * oldest first. It is one statement and so one transaction, since between two statements all that
 * streams meanwhile has its turn.
 */
export async function beginTurns(
  db: Db,
  turns: NewTurn[],
  { bytesMax, channel }: { bytesMax: number; channel: string | undefined },
): Promise<BegunRow[]> {
  const column = (of: (turn: NewTurn) => string, type: string): SQL =>
    sql`${arrayLiteral(turns.map(of))}::${sql.raw(type)}[]`
  const made = sql`select user_id as message_id, session_id, 'user' as role from begun`
  const events = appending("chat.message", made, channel)
  return db.execute<BegunRow>(sql`
    with given as (
      select * from unnest(
        ${column((it) => it.sessionId, "uuid")}, ${column((it) => it.title, "text")},
        ${column((it) => it.userMessageId, "uuid")}, ${column((it) => it.message, "text")},
        ${column((it) => it.answerId, "uuid")}
      ) with ordinality as given(session_id, title, user_id, message, answer_id, nth)
    ), held as (
      update ${chatSessions} as held
      set title = coalesce(held.title, given.title), updated_at = now()
      from given where held.id = given.session_id
      returning held.id, held.model
    ), places as (
      insert into ${chatMessages} (id, session_id, role, content, metadata, generating)
      select answer_id, session_id, 'assistant', '', ${JSON.stringify(metadata)}::jsonb, true
      from given where session_id in (select id from held)
      on conflict do nothing
      returning id
    ), begun as (
      insert into ${chatMessages} (id, session_id, role, content, metadata)
      select user_id, session_id, 'user', message, ${JSON.stringify(metadata)}::jsonb
      from given where answer_id in (select id from places)
      returning id as user_id, session_id
    ), past as (
      select given.user_id, said.* from given cross join lateral (
        select id, role, content, (count(*) over ())::int as count,
          sum(octet_length(content)) over (order by id desc) as bytes
        from ${chatMessages} where session_id = given.session_id and content <> ''
      ) as said
    ), ${events}
    select given.answer_id, held.id is not null as is_known, begun.user_id is not null as is_begun,
      held.model, past.role, past.content, past.count
    from given
    left join held on held.id = given.session_id
    left join begun on begun.user_id = given.user_id
    left join past on past.user_id = begun.user_id and past.bytes <= ${bytesMax}
    order by given.nth, past.id`)
}

import { type SQL, sql } from "drizzle-orm"
import { arrayLiteral } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { chatMessages, chatSessions } from "../../platform/db/schema/chat"
import type { MessageMetadata } from "../../platform/shapes/message"
import { type Changed, changedJson } from "../settings/changed"

export type NewTurn = {
  sessionId: string
  /** For a session that has none yet. */
  title: string
  userMessageId: string
  message: string
  answerId: string
}

/** A session when it is asked something, with one of its earlier messages, if any. */
export type SeenRow = {
  answer_id: string
  is_known: boolean
  is_busy: boolean
  /** The session's own model. */
  model: string | null
  /** The changed settings, the same in each row. */
  changed: Changed[]
  role: "user" | "assistant" | null
  content: string | null
  /** The number of messages with a text. */
  count: number | null
}

/** Lists each session's newest messages up to `bytesMax`, oldest first, without the turns' own. */
export async function readTurns(db: Db, turns: NewTurn[], bytesMax: number): Promise<SeenRow[]> {
  return db.execute<SeenRow>(sql`
    with given as (${givenOf(turns)})
    select given.answer_id, asked.id is not null as is_known, asked.model, past.role, past.content,
      past.count, ${changedJson} as changed, exists (
        select from ${chatMessages}
        where session_id = given.session_id and generating and id <> given.answer_id
      ) as is_busy
    from given
    left join ${chatSessions} as asked on asked.id = given.session_id
    left join lateral (
      select id, role, content, (count(*) over ())::int as count,
        sum(octet_length(content)) over (order by id desc) as bytes
      from ${chatMessages}
      where session_id = given.session_id and content <> '' and id <> given.user_id
    ) as past on past.bytes <= ${bytesMax}
    order by given.nth, past.id`)
}

type StoredRow = { is_known: boolean; is_begun: boolean }

const metadata: MessageMetadata = { citations: [], usage: null, model: null }

/**
 * Stores messages with empty answers where the session exists and isn't answering. Returns one row
 * per turn, in order. One statement for all, because streams get their turn between two.
 */
export async function storeTurns(db: Db, turns: NewTurn[]): Promise<StoredRow[]> {
  return db.execute<StoredRow>(sql`
    with given as (${givenOf(turns)}), held as (
      update ${chatSessions} as held
      set title = coalesce(held.title, given.title), updated_at = now()
      from given where held.id = given.session_id
      returning held.id
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
      returning id as user_id
    )
    select session_id in (select id from held) as is_known,
      user_id in (select user_id from begun) as is_begun
    from given order by nth`)
}

function givenOf(turns: NewTurn[]): SQL {
  const column = (of: (turn: NewTurn) => string, type: string): SQL =>
    sql`${arrayLiteral(turns.map(of))}::${sql.raw(type)}[]`
  return sql`select * from unnest(
    ${column((it) => it.sessionId, "uuid")}, ${column((it) => it.title, "text")},
    ${column((it) => it.userMessageId, "uuid")}, ${column((it) => it.message, "text")},
    ${column((it) => it.answerId, "uuid")}
  ) with ordinality as given(session_id, title, user_id, message, answer_id, nth)`
}

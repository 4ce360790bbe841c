import { type SQL, sql } from "drizzle-orm"
import { arrayLiteral } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { chatMessages, chatSessions } from "../../platform/db/schema/chat"
import type { MessageMetadata } from "../../platform/shapes/message"
import { type Changed, changedJson } from "../settings/changed"

/** A message with an empty answer, or a new answer to a message that is there. */
export type NewTurn = {
  sessionId: string
  /** For a session that has none yet. */
  title: string
  /** The new message's id, or that of the message to answer again. */
  userMessageId: string
  /** Undefined to answer a message again. */
  message: string | undefined
  /** What the message follows: null for a first one, undefined to go on from the shown branch. */
  parentId: string | null | undefined
  metadata: MessageMetadata
  answerId: string
  /** The model to ask instead of the session's. */
  model: string | undefined
  /** Whether the answer is written beside another one. */
  beside: boolean
}

/** A session when it is asked something, with one of its earlier messages, if any. */
export type SeenRow = {
  answer_id: string
  is_known: boolean
  is_busy: boolean
  /** The session's own model. */
  model: string | null
  temperature: number | null
  system_prompt: string | null
  /** The changed settings, the same in each row. */
  changed: Changed[]
  role: "user" | "assistant" | null
  content: string | null
  metadata: MessageMetadata | null
  /** The number of messages on its branch up to itself. */
  depth: number | null
}

/**
 * Lists the newest messages up to `bytesMax` of the branch that each turn goes on from, oldest
 * first. To answer a message again, its branch ends with that message.
 */
export async function readTurns(db: Db, turns: NewTurn[], bytesMax: number): Promise<SeenRow[]> {
  return db.execute<SeenRow>(sql`
    with recursive given as (${givenOf(turns)}), past as (
      select given.nth, m.id, m.parent_id, m.role, m.content, m.metadata, m.depth,
        octet_length(m.content) as bytes
      from given
      join ${chatSessions} as asked on asked.id = given.session_id
      join ${chatMessages} as m on m.session_id = given.session_id and m.id = ${startOf}
      union all
      select past.nth, m.id, m.parent_id, m.role, m.content, m.metadata, m.depth,
        past.bytes + octet_length(m.content)
      from past
      join ${chatMessages} as m on m.id = past.parent_id
      where past.bytes <= ${bytesMax}
    )
    select given.answer_id, asked.id is not null as is_known, asked.model, asked.temperature,
      asked.system_prompt, past.role, past.content, past.metadata, past.depth,
      ${changedJson} as changed, exists (
        select from ${chatMessages}
        where session_id = given.session_id and generating and beside = given.beside
          and id <> given.answer_id
      ) as is_busy
    from given
    left join ${chatSessions} as asked on asked.id = given.session_id
    left join past on past.nth = given.nth and past.bytes <= ${bytesMax} and past.content <> ''
      and (past.id <> given.user_id or given.message is null)
    order by given.nth, past.depth`)
}

const startOf = sql`case
  when given.message is null then given.user_id
  when given.follows then asked.leaf_id
  else given.parent_id end`

type StoredRow = { is_known: boolean; is_begun: boolean }

const empty: MessageMetadata = { citations: [], usage: null, model: null }

/**
 * Stores messages with empty answers where the session exists, isn't answering and has the message
 * that they follow. An answer beside another one doesn't change what is shown. Returns one row per
 * turn, in order. One statement for all, because streams get their turn between two.
 */
export async function storeTurns(db: Db, turns: NewTurn[]): Promise<StoredRow[]> {
  return db.execute<StoredRow>(sql`
    with given as (${givenOf(turns)}), held as (
      select id, leaf_id from ${chatSessions}
      where id in (select session_id from given) order by id for update
    ), placed as (
      select given.*, m.id as before_id, coalesce(m.depth, 0) as depth
      from given
      join held as asked on asked.id = given.session_id
      left join ${chatMessages} as m on m.session_id = given.session_id and m.id = ${startOf}
      where m.id is not null or (${startOf}) is null
    ), places as (
      insert into ${chatMessages}
        (id, session_id, parent_id, depth, role, content, metadata, beside, generating)
      select answer_id, session_id, user_id, depth + case when message is null then 1 else 2 end,
        'assistant', '', ${JSON.stringify(empty)}::jsonb, beside, true
      from placed
      on conflict do nothing
      returning id
    ), begun as (
      select * from placed where answer_id in (select id from places)
    ), asked as (
      insert into ${chatMessages} (id, session_id, parent_id, depth, role, content, metadata)
      select user_id, session_id, before_id, depth + 1, 'user', message, metadata
      from begun where message is not null
    ), shown as (
      update ${chatSessions} as held
      set title = coalesce(held.title, begun.title), updated_at = now(),
        leaf_id = case when begun.beside then held.leaf_id else begun.answer_id end
      from begun where held.id = begun.session_id
    )
    select session_id in (select id from held) as is_known,
      answer_id in (select answer_id from begun) as is_begun
    from given order by nth`)
}

function givenOf(turns: NewTurn[]): SQL {
  const column = (of: (turn: NewTurn) => string | null, type: string): SQL =>
    sql`${arrayLiteral(turns.map(of))}::${sql.raw(type)}[]`
  return sql`select * from unnest(
    ${column((it) => it.sessionId, "uuid")}, ${column((it) => it.title, "text")},
    ${column((it) => it.userMessageId, "uuid")}, ${column((it) => it.message ?? null, "text")},
    ${column((it) => it.parentId ?? null, "uuid")},
    ${column((it) => String(it.parentId === undefined), "boolean")},
    ${column((it) => JSON.stringify(it.metadata), "jsonb")}, ${column((it) => it.answerId, "uuid")},
    ${column((it) => String(it.beside), "boolean")}
  ) with ordinality as given(
    session_id, title, user_id, message, parent_id, follows, metadata, answer_id, beside, nth)`
}

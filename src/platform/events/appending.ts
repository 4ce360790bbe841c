import { type SQL, sql } from "drizzle-orm"
import { eventCounter, events } from "../db/schema/events"
import { insertionOf } from "../db/writes"
import { type EventType, type RecordedEvent, sourceOf } from "./event"

/**
 * Like `appendEvents`, as the last parts of a statement's WITH, for writes that must be one
 * statement. Each row of `made` becomes the data of an event.
 */
export function appending(type: EventType, made: SQL, channel: string | undefined): SQL {
  // PostgreSQL skips a select whose result is unused.
  const notified = channel ? sql`, pg_notify(${channel}, '')` : sql``
  return sql`
    made as (select to_jsonb(made) as data, row_number() over () as nth from (${made}) as made),
    counted as (
      insert into ${eventCounter} (id, last) select 1, count(*) from made having count(*) > 0
      on conflict (id) do update set last = ${eventCounter.last} + excluded.last
      returning last
    ), stored as (
      insert into ${events} (id, type, data, source)
      select last - (select count(*) from made) + nth, ${type}, data, ${sourceOf(type)}
      from made, counted
      returning id${notified}
    )`
}

/**
 * Like `appendEvents`, as the last parts of a larger statement's WITH, and only if `when` holds.
 */
export function appended(emitted: RecordedEvent[], channel: string | undefined, when?: SQL): SQL {
  const count = emitted.length
  const rows = emitted.map((event, index) => ({
    id: index + 1 - count,
    type: event.type,
    data: event.data,
    source: sourceOf(event.type),
    runId: "run_id" in event.data ? String(event.data.run_id) : null,
    agentId: "agent_id" in event.data ? (event.data.agent_id as string | null) : null,
  }))
  const computed = { id: (id: SQL) => sql`${id} + (select last from counted)` }
  // PostgreSQL skips a select whose result is unused.
  const notified = channel ? sql` returning pg_notify(${channel}, '')` : sql``
  return sql`
    counted as (
      insert into ${eventCounter} (id, last)
      select 1, ${count}::bigint ${when ? sql`where ${when}` : sql``}
      on conflict (id) do update set last = ${eventCounter.last} + excluded.last
      returning last
    ), stored as (${insertionOf(events, rows, { computed, when })}${notified})`
}

import { type SQL, sql } from "drizzle-orm"
import type { EventType } from "./event"
import { sourceOf } from "./store"
import { eventCounter, events } from "./table"

/**
 * As `appendEvents`, as the last parts of a statement's WITH, for what must do with one statement:
 * each row of `made` becomes the data of an event.
 */
export function appending(type: EventType, made: SQL, channel: string | undefined): SQL {
  const said = channel ? sql`, said as (select pg_notify(${channel}, ''))` : sql``
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
      returning id
    )${said}`
}

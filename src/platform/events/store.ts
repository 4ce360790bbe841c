import { and, asc, eq, gt, inArray, lte, sql } from "drizzle-orm"
import type { Db } from "../db/db"
import { type EventRow, eventCounter, events } from "../db/schema/events"
import { type RecordedEvent, sourceOf } from "./event"
import type { EventFilter } from "./subscription"

/**
 * Stores recorded events under the next ids and notifies the channel on commit. Must come last in
 * its transaction: it locks the counter's row until the commit, and this lock makes ids follow the
 * order of commits. Sends before it returns, so that a caller needn't wait for it before COMMIT.
 */
export async function appendEvents(
  db: Db,
  emitted: RecordedEvent[],
  channel?: string,
): Promise<void> {
  const count = emitted.length
  if (count === 0) return
  const rows = emitted.map(({ type, data }) => ({
    ...{ type, data, source: sourceOf(type) },
    run_id: "run_id" in data ? data.run_id : null,
    agent_id: "agent_id" in data ? data.agent_id : null,
  }))
  await Promise.all([
    db
      .execute(sql`
      with counted as (
        insert into ${eventCounter} (id, last) values (1, ${count}::bigint)
        on conflict (id) do update set last = ${eventCounter.last} + excluded.last
        returning last
      )
      insert into ${events} (id, type, data, source, run_id, agent_id)
      select last - ${count}::bigint + nth, type, data, source, run_id, agent_id
      from counted, rows from (jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
        as (type text, data jsonb, source text, run_id uuid, agent_id uuid)
      ) with ordinality as emitted(type, data, source, run_id, agent_id, nth)`)
      .execute(),
    channel && db.execute(sql`select pg_notify(${channel}, '')`).execute(),
  ])
}

export type EventRange = EventFilter & { after: number; upTo?: number }

/** Returns up to `limit` rows, oldest first. */
export async function listEvents(db: Db, range: EventRange, limit: number): Promise<EventRow[]> {
  const conditions = [
    gt(events.id, range.after),
    range.upTo === undefined ? undefined : lte(events.id, range.upTo),
    range.types?.length ? inArray(events.type, range.types) : undefined,
    range.runId === undefined ? undefined : eq(events.runId, range.runId),
    range.agentId === undefined ? undefined : eq(events.agentId, range.agentId),
  ]
  return db
    .select()
    .from(events)
    .where(and(...conditions))
    .orderBy(asc(events.id))
    .limit(limit)
}

/** Returns the id of the newest event, even if it has been deleted; 0 before the first. */
export async function lastEventId(db: Db): Promise<number> {
  const [row] = await db.select({ last: eventCounter.last }).from(eventCounter)
  return row?.last ?? 0
}

/**
 * Deletes up to `limit` of the oldest events, stopping at the first of `before` or later. Returns
 * the number deleted.
 */
export async function deleteOldest(db: Db, before: Date, limit: number): Promise<number> {
  const { id, createdAt } = events
  const oldest = await db.select({ id, createdAt }).from(events).orderBy(asc(id)).limit(limit)
  const stays = oldest.findIndex(({ createdAt }) => createdAt >= before)
  const old = stays < 0 ? oldest : oldest.slice(0, stays)
  const last = old.at(-1)
  if (last) await db.delete(events).where(lte(id, last.id))
  return old.length
}

import { and, asc, eq, gt, inArray, lte, sql } from "drizzle-orm"
import type { Db } from "../db/db"
import { type EventRow, eventCounter, events } from "../db/schema/events"
import { type RecordedEvent, sourceOf } from "./event"
import type { EventFilter } from "./subscription"

/**
 * Stores events under the next ids. Must come last in its transaction: the counter's row stays
 * locked until the commit, and that lock makes ids follow the order of commits. Notifies the channel
 * of the commit.
 */
export async function appendEvents(
  db: Db,
  emitted: RecordedEvent[],
  channel?: string,
): Promise<void> {
  const count = emitted.length
  if (count === 0) return
  const last = sql`(select ${eventCounter.last} from ${eventCounter})`
  const rows = emitted.map((event, index) => ({
    id: sql`${last} - ${count - 1 - index}::bigint`,
    type: event.type,
    data: event.data,
    source: sourceOf(event.type),
    runId: "run_id" in event.data ? String(event.data.run_id) : null,
    agentId: "agent_id" in event.data ? (event.data.agent_id as string | null) : null,
  }))
  // Sent in this order in one round trip.
  await Promise.all([
    db
      .insert(eventCounter)
      .values({ id: 1, last: count })
      .onConflictDoUpdate({
        target: eventCounter.id,
        set: { last: sql`${eventCounter.last} + excluded.last` },
      }),
    db.insert(events).values(rows),
    channel && db.execute(sql`select pg_notify(${channel}, '')`),
  ])
}

export type EventRange = EventFilter & { after: number; upTo?: number }

/** Oldest first, at most `limit` rows. */
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

/** The id of the newest event, also if that was deleted for its age; 0 before the first. */
export async function lastEventId(db: Db): Promise<number> {
  const [row] = await db.select({ last: eventCounter.last }).from(eventCounter)
  return row?.last ?? 0
}

/** Deletes at most `limit` events, from the oldest up to the first of `before` or later. */
export async function deleteOldest(db: Db, before: Date, limit: number): Promise<number> {
  const { id, createdAt } = events
  const oldest = await db.select({ id, createdAt }).from(events).orderBy(asc(id)).limit(limit)
  const stays = oldest.findIndex(({ createdAt }) => createdAt >= before)
  const old = stays < 0 ? oldest : oldest.slice(0, stays)
  const last = old.at(-1)
  if (last) await db.delete(events).where(lte(id, last.id))
  return old.length
}

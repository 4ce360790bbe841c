import type { PlatformDeps } from "../deps"
import type { PublishedEvent } from "./event"
import { deleteOldest, type EventRange, listEvents } from "./store"
import { published } from "./tail"

/** Events of record in the range, oldest first, at most `limit`. */
export async function listHistory(
  { db }: Pick<PlatformDeps, "db">,
  range: EventRange,
  limit: number,
): Promise<PublishedEvent[]> {
  return (await listEvents(db, range, limit)).map(published)
}

/**
 * Deletes at most `limit` of the oldest events, up to the first that is not older than `before`, so
 * that the ids of those that stay have no gaps. Who comes back with an id from before them gets
 * the oldest that is there.
 */
export function forgetEvents(
  { db }: Pick<PlatformDeps, "db">,
  before: Date,
  limit: number,
): Promise<number> {
  return deleteOldest(db, before, limit)
}

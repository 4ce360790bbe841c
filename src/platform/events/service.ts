import type { PlatformDeps } from "../deps"
import type { PublishedEvent } from "./event"
import { deleteOldest, type EventRange, listEvents } from "./store"
import { published } from "./tail"

/** Returns up to `limit` recorded events in the range, oldest first. */
export async function listHistory(
  { db }: Pick<PlatformDeps, "db">,
  range: EventRange,
  limit: number,
): Promise<PublishedEvent[]> {
  return (await listEvents(db, range, limit)).map(published)
}

/**
 * Deletes up to `limit` of the oldest events, stopping at the first that is not older than
 * `before`, so the remaining ids have no gaps. A client that resumes from a deleted id gets the
 * oldest event left. Returns the number deleted.
 */
export function forgetEvents(
  { db }: Pick<PlatformDeps, "db">,
  before: Date,
  limit: number,
): Promise<number> {
  return deleteOldest(db, before, limit)
}

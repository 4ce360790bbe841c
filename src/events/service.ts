import type { Deps } from "../deps"
import type { PublishedEvent } from "./event"
import { type EventRange, listEvents } from "./store"
import { published } from "./tail"

/** Events of record in the range, oldest first, at most `limit`. */
export async function listHistory(
  { db }: Pick<Deps, "db">,
  range: EventRange,
  limit: number,
): Promise<PublishedEvent[]> {
  return (await listEvents(db, range, limit)).map(published)
}

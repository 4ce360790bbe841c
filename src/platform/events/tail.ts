import { setTimeout as delay } from "node:timers/promises"
import type { Db } from "../db/db"
import type { EventRow } from "../db/schema/events"
import type { PublishedEvent } from "./event"
import { listEvents } from "./store"

/** Rows per query. */
const PAGE = 500
const RETRY_MS = 500
/** Time to wait for events that follow a first one. */
const COALESCE_MS = 2

/** Reads committed events in the order of their ids and delivers each once. */
export type Tail = {
  /** Call this when there may be new events. */
  wake(): void
  /** Id of the last delivered event. */
  position(): number
  isOpen(): boolean
  close(): void
}

/**
 * Starts after the event `position`. Runs in its own loop, because callers of `wake` may be in a
 * transaction, where they must not use the database.
 */
export function startTail(
  db: Db,
  position: number,
  deliver: (event: PublishedEvent) => void,
  onError: (error: unknown) => void,
): Tail {
  let wake = () => {}
  let open = true

  async function run(): Promise<void> {
    while (open) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      try {
        while (await readPage()) {}
        await woken
        // Let the waker continue, and read its next events together with these.
        await delay(COALESCE_MS)
      } catch (error) {
        if (!open) return
        onError(error)
        // Nobody may wake it again for the events it could not read.
        await Promise.race([woken, delay(RETRY_MS)])
      }
    }
  }

  /** Delivers the next page. Returns true if there may be more. */
  async function readPage(): Promise<boolean> {
    const page = await listEvents(db, { after: position }, PAGE)
    for (const row of page) {
      position = row.id
      deliver(published(row))
    }
    return open && page.length === PAGE
  }

  void run()
  return {
    wake: () => wake(),
    position: () => position,
    isOpen: () => open,
    close() {
      open = false
      wake()
    },
  }
}

/** Converts a stored event to its wire format. The store wrote it, so its shape is known. */
export function published(row: EventRow): PublishedEvent {
  const { id, type, data, source } = row
  return { id, type, data, timestamp: row.createdAt.toISOString(), source } as PublishedEvent
}

import { setTimeout as delay } from "node:timers/promises"
import type { Db } from "../db/db"
import type { EventRow } from "../db/schema/events"
import type { PublishedEvent } from "./event"
import { listEvents } from "./store"

/** Rows of one query. */
const PAGE = 500
const RETRY_MS = 500
/** So long the events that follow a first one are waited for. */
const GATHERING_MS = 2

/** Reads committed events in the order of their ids and delivers each once. */
export type Tail = {
  /** Says that there may be something new. */
  wake(): void
  /** The id of the last event that was delivered. */
  position(): number
  isOpen(): boolean
  close(): void
}

/**
 * Starts behind the event `position`. It is a loop of its own rather than work of whoever wakes it:
 * that may be inside a transaction, where the database must not be used.
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
        // Whoever woke it goes on first, and what they tell next is read with it.
        await delay(GATHERING_MS)
      } catch (error) {
        if (!open) return
        onError(error)
        // Nobody may wake it again for what it could not read.
        await Promise.race([woken, delay(RETRY_MS)])
      }
    }
  }

  /** Delivers what comes next; whether there may be more. */
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

/** A stored event as it goes over the wire. The store wrote it, so its shape is known. */
export function published(row: EventRow): PublishedEvent {
  const { id, type, data, source } = row
  return { id, type, data, timestamp: row.createdAt.toISOString(), source } as PublishedEvent
}

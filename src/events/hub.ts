import type { Db } from "../db/db"
import type { PassingEvent, PublishedEvent } from "./event"
import { lastEventId, listEvents, sourceOf } from "./store"
import { type EventFilter, matches, Subscription } from "./subscription"
import type { EventRow } from "./table"

const PAGE = 500

/**
 * Brings events to whoever listens. One tail reads what was committed, in the order of ids, so that
 * subscribers never see an event before its commit or out of order.
 */
export type EventHub = {
  /** Tells a passing event to those who listen now. */
  publish(event: PassingEvent): void
  /** Says that a transaction with events has committed. */
  wake(): void
  /** Live events, after those of record that came since `after`, if it is given. */
  subscribe(filter: EventFilter, after?: number): EventStream
  stats(): { running: boolean; queue_size: number; max_queue_size: number; dropped: number }
  close(): void
}

/** Read it once; `end` also ends a read that is waiting for the next event. */
export type EventStream = AsyncIterable<PublishedEvent> & { end(): void }

export async function createEventHub(
  db: Db,
  options: { queueMax: number; onError: (error: unknown) => void },
): Promise<EventHub> {
  const subscriptions = new Map<Subscription, EventFilter>()
  let position = await lastEventId(db)
  let wake = () => {}
  let open = true
  let dropped = 0

  function deliver(event: PublishedEvent) {
    for (const [subscription, filter] of subscriptions) {
      if (matches(filter, event)) subscription.push(event)
    }
  }

  /**
   * A loop of its own rather than work of whoever wakes it: that may be inside a transaction, where
   * the database must not be used.
   */
  async function tail(): Promise<void> {
    while (open) {
      const woken = new Promise<void>((resolve) => (wake = resolve))
      try {
        while (await readPage()) {}
      } catch (error) {
        if (open) options.onError(error)
      }
      await woken
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

  function subscribe(filter: EventFilter, after?: number): EventStream {
    const subscription = new Subscription(options.queueMax, (ended) => {
      subscriptions.delete(ended)
      dropped += ended.dropped
    })
    subscriptions.set(subscription, filter)
    const upTo = position
    async function* read() {
      if (after !== undefined) yield* history(db, filter, after, upTo)
      yield* subscription
    }
    return { [Symbol.asyncIterator]: read, end: () => subscription.end() }
  }

  void tail()
  return {
    publish: (event) =>
      deliver({
        ...event,
        id: null,
        timestamp: new Date().toISOString(),
        source: sourceOf(event.type),
      }),
    wake: () => wake(),
    subscribe,
    stats: () => {
      const queues = [...subscriptions.keys()]
      return {
        running: open,
        queue_size: queues.reduce((sum, { size }) => sum + size, 0),
        max_queue_size: options.queueMax,
        dropped: queues.reduce((sum, queue) => sum + queue.dropped, dropped),
      }
    },
    close() {
      open = false
      wake()
      for (const subscription of [...subscriptions.keys()]) subscription.end()
    },
  }
}

/** Events of record with `after < id <= upTo`, which the tail has passed already. */
async function* history(db: Db, filter: EventFilter, after: number, upTo: number) {
  let position = after
  for (;;) {
    const page = await listEvents(db, { ...filter, after: position, upTo }, PAGE)
    for (const row of page) yield published(row)
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    position = last.id
  }
}

/** A stored event as it goes over the wire. The store wrote it, so its shape is known. */
function published(row: EventRow): PublishedEvent {
  const { id, type, data, source } = row
  return { id, type, data, timestamp: row.createdAt.toISOString(), source } as PublishedEvent
}

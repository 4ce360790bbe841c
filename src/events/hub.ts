import type { Db } from "../db/db"
import type { PassingEvent, PublishedEvent } from "./event"
import { lastEventId, listEvents, sourceOf } from "./store"
import { type EventFilter, matches, Subscription } from "./subscription"
import { published, startTail } from "./tail"

/** Rows of one query. */
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
export type EventStream = AsyncIterable<PublishedEvent> & {
  end(): void
  /** How many passing events were lost because the reader was too slow. */
  dropped(): number
}

export async function createEventHub(
  db: Db,
  options: { queueMax: number; onError: (error: unknown) => void },
): Promise<EventHub> {
  const subscriptions = new Map<Subscription, EventFilter>()
  let dropped = 0

  function deliver(event: PublishedEvent) {
    for (const [subscription, filter] of subscriptions) {
      if (matches(filter, event)) subscription.push(event)
    }
  }
  const tail = startTail(db, await lastEventId(db), deliver, options.onError)

  function subscribe(filter: EventFilter, after?: number): EventStream {
    const subscription = new Subscription(options.queueMax, (ended) => {
      subscriptions.delete(ended)
      dropped += ended.dropped
    })
    subscriptions.set(subscription, filter)
    const upTo = tail.position()
    async function* read() {
      if (after !== undefined) yield* history(db, filter, after, upTo)
      yield* subscription
    }
    return {
      [Symbol.asyncIterator]: read,
      end: () => subscription.end(),
      dropped: () => subscription.dropped,
    }
  }

  return {
    publish(event) {
      const timestamp = new Date().toISOString()
      deliver({ ...event, id: null, timestamp, source: sourceOf(event.type) })
    },
    wake: tail.wake,
    subscribe,
    stats: () => {
      const queues = [...subscriptions.keys()]
      return {
        running: tail.isOpen(),
        queue_size: queues.reduce((sum, { size }) => sum + size, 0),
        max_queue_size: options.queueMax,
        dropped: queues.reduce((sum, queue) => sum + queue.dropped, dropped),
      }
    },
    close() {
      tail.close()
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

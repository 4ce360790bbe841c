import type { Database, Db } from "../db/db"
import { type PassingEvent, type PublishedEvent, sourceOf } from "./event"
import { type EventRange, lastEventId, listEvents } from "./store"
import { type EventFilter, matches, Subscription } from "./subscription"
import { published, startTail } from "./tail"

const CHANNEL = "amelia_events"

/** Rows per query. */
const PAGE = 500

/**
 * Delivers events to subscribers. One tail reads committed events in the order of their ids, so
 * subscribers never see an event before its commit or out of order.
 */
export type EventHub = {
  /** Sends a passing event to current subscribers. */
  publish(event: PassingEvent): void
  /** Call this after committing a transaction with events. */
  wake(): void
  /** The channel that transactions with events notify, if other processes read the same events. */
  channel: string | undefined
  /** Returns live events, preceded by the recorded ones since `after` if it is given. */
  subscribe(filter: EventFilter, after?: number): EventStream
  stats(): { running: boolean; queue_size: number; max_queue_size: number; dropped: number }
  close(): void
}

type Range = { after: number; upTo: number }

/** Can be read once. `end` also ends a read that is waiting for the next event. */
export type EventStream = AsyncIterable<PublishedEvent> & { end(): void }

type HubOptions = Pick<Database, "listen"> & {
  queueMax: number
  onError: (error: unknown) => void
}

export async function createEventHub(db: Db, options: HubOptions): Promise<EventHub> {
  const subscriptions = new Map<Subscription, EventFilter>()
  let dropped = 0

  function deliver(event: PublishedEvent) {
    for (const [subscription, filter] of subscriptions) {
      if (matches(filter, event)) subscription.push(event)
    }
  }
  const tail = startTail(db, await lastEventId(db), deliver, options.onError)
  options.listen?.(CHANNEL, tail.wake)

  function subscribe(filter: EventFilter, after?: number): EventStream {
    const subscription = new Subscription(options.queueMax, (ended) => {
      subscriptions.delete(ended)
      dropped += ended.dropped
    })
    subscriptions.set(subscription, filter)
    const upTo = tail.position()
    const read = () => readOn(subscription, filter, { after: after ?? upTo, upTo })
    return { [Symbol.asyncIterator]: read, end: () => subscription.end() }
  }

  /** Alternates between stored events that the tail has passed and the live queue. */
  async function* readOn(subscription: Subscription, filter: EventFilter, range: Range) {
    let { after, upTo } = range
    try {
      while (!subscription.isOver) {
        for await (const event of history(db, { ...filter, after, upTo })) {
          if (subscription.isOver) return
          yield event
        }
        after = upTo
        for await (const event of subscription) {
          after = event.id ?? after
          yield event
        }
        subscription.catchUp()
        upTo = tail.position()
      }
    } finally {
      subscription.end()
    }
  }

  return {
    publish(event) {
      const timestamp = new Date().toISOString()
      deliver({ ...event, id: null, timestamp, source: sourceOf(event.type) })
    },
    wake: tail.wake,
    channel: options.listen && CHANNEL,
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

/** Recorded events with `after < id <= upTo`. */
async function* history(db: Db, range: EventRange & Range) {
  let { after } = range
  while (after < range.upTo) {
    const page = await listEvents(db, { ...range, after }, PAGE)
    for (const row of page) yield published(row)
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    after = last.id
  }
}

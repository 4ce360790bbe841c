import type { PublishedEvent } from "./event"

export type EventFilter = { types?: string[]; runId?: string; agentId?: string }

/** True if a subscriber asked for this event. An empty filter matches all. */
export function matches(filter: EventFilter, event: PublishedEvent): boolean {
  if (filter.types?.length && !filter.types.includes(event.type)) return false
  const { run_id, agent_id }: Record<string, unknown> = event.data
  if (filter.runId !== undefined && run_id !== filter.runId) return false
  return filter.agentId === undefined || agent_id === filter.agentId
}

/**
 * A bounded queue between the hub and one reader. A full queue drops passing events first and tells
 * the reader how many. If only recorded events are left, it stops accepting events, and the reader
 * continues from the store, so no recorded event is ever skipped.
 */
export class Subscription implements AsyncIterable<PublishedEvent> {
  /** Passing events that were dropped. Recorded ones can be read again. */
  dropped = 0
  isOver = false
  private reported = 0
  private isBehind = false
  private readonly queue: PublishedEvent[] = []
  private wake: () => void = () => {}

  constructor(
    private readonly limit: number,
    private readonly onEnd: (subscription: Subscription) => void,
  ) {}

  get size(): number {
    return this.queue.length
  }

  push(event: PublishedEvent): void {
    if (this.isOver || !this.makeRoom(event)) return
    this.queue.push(event)
    this.wake()
  }

  /** Call this before reading missed events from the store; new ones are queued again. */
  catchUp(): void {
    this.isBehind = false
  }

  end(): void {
    if (this.isOver) return
    this.isOver = true
    this.onEnd(this)
    this.wake()
  }

  /** Yields events until the end, or until the queue falls behind. */
  async *[Symbol.asyncIterator](): AsyncGenerator<PublishedEvent> {
    for (;;) {
      if (this.dropped > this.reported) yield this.notice()
      const event = this.queue.shift()
      if (event) yield event
      else if (this.isOver || this.isBehind) return
      else await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }

  /** Makes room for one event. Returns false if `event` should not be queued. */
  private makeRoom({ id }: PublishedEvent): boolean {
    if (!this.isBehind) {
      if (this.queue.length < this.limit) return true
      const passing = this.queue.findIndex(({ id }) => id === null)
      if (passing >= 0) {
        this.queue.splice(passing, 1)
        this.dropped += 1
        return true
      }
    }
    if (id === null) this.dropped += 1
    else this.isBehind = true
    return false
  }

  private notice(): PublishedEvent {
    const lost = this.dropped - this.reported
    this.reported = this.dropped
    const events = lost === 1 ? "event was" : "events were"
    const message = `This reader is too slow. ${lost} progress ${events} lost.`
    const timestamp = new Date().toISOString()
    return {
      id: null,
      type: "system.warning",
      data: { message, lost },
      timestamp,
      source: "system",
    }
  }
}

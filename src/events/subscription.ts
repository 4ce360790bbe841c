import type { PublishedEvent } from "./event"

export type EventFilter = { types?: string[]; runId?: string; agentId?: string }

/** Whether a subscriber asked for this event. No filter asks for all. */
export function matches(filter: EventFilter, event: PublishedEvent): boolean {
  if (filter.types?.length && !filter.types.includes(event.type)) return false
  const { run_id, agent_id }: Record<string, unknown> = event.data
  if (filter.runId !== undefined && run_id !== filter.runId) return false
  return filter.agentId === undefined || agent_id === filter.agentId
}

/**
 * A bounded queue between the hub and one reader. A full queue loses passing events first; when
 * only events of record are left it ends instead, and the reader comes back with its last id, so
 * that nothing of record is ever skipped.
 */
export class Subscription implements AsyncIterable<PublishedEvent> {
  /** Passing events that were lost; those of record are there to be read again. */
  dropped = 0
  private readonly queue: PublishedEvent[] = []
  private ended = false
  private wake: () => void = () => {}

  constructor(
    private readonly limit: number,
    private readonly onEnd: (subscription: Subscription) => void,
  ) {}

  get size(): number {
    return this.queue.length
  }

  push(event: PublishedEvent): void {
    if (this.ended) return
    if (this.queue.length >= this.limit && !this.makeRoom(event)) return
    this.queue.push(event)
    this.wake()
  }

  end(): void {
    if (this.ended) return
    this.ended = true
    this.onEnd(this)
    this.wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PublishedEvent> {
    try {
      for (;;) {
        const event = this.queue.shift()
        if (event) yield event
        else if (this.ended) return
        else await new Promise<void>((resolve) => (this.wake = resolve))
      }
    } finally {
      this.end()
    }
  }

  /** Frees one place for `event`; false when the event itself is the one to lose. */
  private makeRoom(event: PublishedEvent): boolean {
    const passing = this.queue.findIndex(({ id }) => id === null)
    if (passing < 0 && event.id !== null) {
      this.end()
      return false
    }
    this.dropped += 1
    if (passing >= 0) this.queue.splice(passing, 1)
    return passing >= 0
  }
}

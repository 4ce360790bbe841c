import { setTimeout as delay } from "node:timers/promises"
import type { Context } from "hono"
import { type SSEStreamingApi, streamSSE } from "hono/streaming"
import type { PlatformDeps } from "../deps"
import type { EventFilter } from "./subscription"

/** Comment lines keep proxies and idle timers from closing a quiet stream. */
const HEARTBEAT_MS = 15_000

/** The id in `Last-Event-ID`, which a browser sends when it reconnects. */
export function lastSeen(c: Context): number | undefined {
  const id = Number.parseInt(c.req.header("last-event-id") ?? "", 10)
  return Number.isSafeInteger(id) && id >= 0 ? id : undefined
}

/** Streams server-sent events: recorded ones since `after`, if it is given, then live ones. */
export function streamEvents(
  c: Context,
  { events, log }: PlatformDeps,
  filter: EventFilter,
  after: number | undefined,
): Response {
  // A HEAD request would neither read nor end the stream.
  if (c.req.raw.method === "HEAD") return c.body(null, 200, { "Content-Type": "text/event-stream" })
  return streamSSE(c, async (stream) => {
    const source = events.subscribe(filter, after)
    const over = new AbortController()
    stream.onAbort(() => source.end())
    try {
      await stream.write("retry: 1000\n\n")
      void beat(stream, over.signal)
      for await (const event of source) {
        const id = event.id === null ? {} : { id: String(event.id) }
        await stream.writeSSE({ event: event.type, data: JSON.stringify(event), ...id })
      }
    } catch (err) {
      // The client reconnects after its last id.
      log.error({ module: "events", event: "stream.failed", err })
    } finally {
      over.abort()
      source.end()
    }
  })
}

/** Waits until each line is taken, so lines don't pile up for a client that reads nothing. */
async function beat(stream: SSEStreamingApi, signal: AbortSignal): Promise<void> {
  while (await delay(HEARTBEAT_MS, true, { signal }).catch(() => false)) {
    await stream.write(": still here\n\n")
  }
}

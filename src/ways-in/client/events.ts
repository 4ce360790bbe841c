import { setTimeout as delay } from "node:timers/promises"
import type { PublishedEvent } from "../../platform/events/event"
import { ApiError } from "./errors"
import { type Endpoint, send } from "./http"
import { readMessages } from "./sse"

export type EventOptions = {
  runId?: string
  agentId?: string
  /** Only these event types. */
  types?: string[]
  /** Continues after this event. Without it, the stream starts with new events. */
  lastEventId?: number
  signal?: AbortSignal
  /** Called whenever the stream opens. Fetch earlier changes then. */
  onOpen?: () => void
}

const firstPause_ms = 200
const longestPause_ms = 5000
const failuresMax = 6

/**
 * Yields published events as they arrive. Reconnects after the last seen event, so that no stored
 * event is lost or repeated. Ends when `signal` aborts. Throws an ApiError that retrying can't help,
 * or the connection's error after six failed attempts in a row.
 */
export async function* followEvents(
  endpoint: Endpoint,
  options: EventOptions = {},
): AsyncGenerator<PublishedEvent, void, void> {
  const { signal } = options
  let last = options.lastEventId
  let failures = 0
  while (!signal?.aborted) {
    try {
      const body = await open(endpoint, options, last)
      failures = 0
      options.onOpen?.()
      for await (const { data } of readMessages(body)) {
        const event = JSON.parse(data) as PublishedEvent
        if (event.id !== null && last !== undefined && event.id <= last) continue
        last = event.id ?? last
        yield event
      }
    } catch (error) {
      if (signal?.aborted) return
      failures += 1
      if (!isTemporary(error) || failures >= failuresMax) throw error
    }
    const pause_ms = Math.min(firstPause_ms * 2 ** failures, longestPause_ms)
    await delay(pause_ms, undefined, { ...(signal ? { signal } : {}) }).catch(() => undefined)
  }
}

async function open(
  endpoint: Endpoint,
  { runId, agentId, types, signal }: EventOptions,
  last: number | undefined,
): Promise<ReadableStream<Uint8Array>> {
  const response = await send(endpoint, "/api/events", {
    query: { run_id: runId, agent_id: agentId, types: types?.join(",") },
    headers: {
      Accept: "text/event-stream",
      ...(last === undefined ? {} : { "Last-Event-ID": String(last) }),
    },
    ...(signal ? { signal } : {}),
  })
  const type = response.headers.get("Content-Type") ?? ""
  if (!response.body || !type.startsWith("text/event-stream")) {
    const message = "The server did not send an event stream."
    throw new ApiError(response.status, { error: "UnexpectedAnswerError", message }, null)
  }
  return response.body
}

/** A restarting server or a broken connection recovers; a wrong id or token doesn't. */
function isTemporary(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 429 || error.status >= 500
}

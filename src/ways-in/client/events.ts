import { setTimeout as delay } from "node:timers/promises"
import type { PublishedEvent } from "../../platform/events/event"
import { ApiError } from "./errors"
import { type Endpoint, send } from "./http"
import { readMessages } from "./sse"

export type EventOptions = {
  runId?: string
  agentId?: string
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
    await delay(pause_ms, undefined, { signal }).catch(() => undefined)
  }
}

/** Events only trigger a look, so a lost one delays it by this much at most. */
const LOOK_EVERY_MS = 1000

/**
 * Calls `look` now, after events and at least every second, until it returns something. Waits
 * `settle_ms` before each further look, so that one covers events that arrive close together.
 */
export async function lookUntil<T>(
  endpoint: Endpoint,
  events: EventOptions & { signal: AbortSignal; settle_ms?: number },
  look: () => Promise<T | undefined>,
): Promise<T> {
  const ended = new AbortController()
  const signal = AbortSignal.any([events.signal, ended.signal])
  // A ring that nobody waits for yet is remembered.
  let bell = Promise.withResolvers<void>()
  const listen = async () => {
    const onOpen = () => bell.resolve()
    for await (const _ of followEvents(endpoint, { ...events, signal, onOpen })) bell.resolve()
  }
  // Without events it still looks every second.
  const listening = listen().catch(() => undefined)
  try {
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      events.signal.throwIfAborted()
      await Promise.race([bell.promise, delay(LOOK_EVERY_MS)])
      bell = Promise.withResolvers()
      await delay(events.settle_ms ?? 0)
    }
  } finally {
    ended.abort()
    await listening
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
    signal,
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

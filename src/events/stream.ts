import { type Context, Hono } from "hono"
import { streamSSE } from "hono/streaming"
import { z } from "zod"
import type { Deps } from "../deps"
import { readQuery } from "../http/validate"

/** Comment lines keep proxies and idle timers from closing a quiet stream. */
const HEARTBEAT_MS = 15_000

const streamQuery = z.strictObject({ types: z.string().optional(), run_id: z.uuid().optional() })

/** `GET /events`: server-sent events; resumes after the id in `Last-Event-ID`. */
export function eventsApi(deps: Deps): Hono {
  return new Hono().get("/events", (c) => {
    const { types, run_id } = readQuery(c, streamQuery)
    const filter = { types: types?.split(",").filter(Boolean), runId: run_id }
    return streamEvents(c, deps, filter, lastSeen(c))
  })
}

function lastSeen(c: Context): number | undefined {
  const id = Number.parseInt(c.req.header("last-event-id") ?? "", 10)
  return Number.isSafeInteger(id) && id >= 0 ? id : undefined
}

function streamEvents(
  c: Context,
  { events }: Deps,
  filter: { types?: string[]; runId?: string },
  after: number | undefined,
): Response {
  return streamSSE(c, async (stream) => {
    const source = events.subscribe(filter, after)
    const heartbeat = setInterval(() => void stream.write(": still here\n\n"), HEARTBEAT_MS)
    stream.onAbort(() => source.end())
    try {
      await stream.write("retry: 1000\n\n")
      for await (const event of source) {
        const id = event.id === null ? {} : { id: String(event.id) }
        await stream.writeSSE({ event: event.type, data: JSON.stringify(event), ...id })
      }
    } finally {
      clearInterval(heartbeat)
      source.end()
    }
  })
}

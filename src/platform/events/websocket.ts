import { setTimeout as delay } from "node:timers/promises"
import { type Context, Hono } from "hono"
import { z } from "zod"
import type { PlatformDeps } from "../deps"
import { AppError } from "../errors"
import { parse, readQuery } from "../http/validate"
import { Connection, closeCodes, type Socket } from "./connection"
import { eventId, filterOf, filters } from "./schema"

/** Clients send little more than pings. */
const MAX_MESSAGE_BYTES = 64 * 1024
/** Time for slow clients to read the last events during shutdown. */
const LAST_WORDS_MS = 1000

const socketQuery = z.strictObject({ ...filters, after: eventId.optional() })
const clientHeaders = z.object({ "X-Client-ID": z.string().min(1).max(128).optional() })

/** Handlers for Bun.serve. Bun's own pings are off, because each connection sends its pings. */
export const webSocketHandler: Bun.WebSocketHandler<Connection> = {
  idleTimeout: 0,
  sendPings: false,
  maxPayloadLength: MAX_MESSAGE_BYTES,
  // Events wait for room, so only a flood of unread answers reaches the limit.
  closeOnBackpressureLimit: true,
  open: (socket) => socket.data.opened(socket),
  message: (socket, message) => {
    socket.data.heard(socket, typeof message === "string" ? message : undefined)
  },
  ping: (socket) => socket.data.heard(socket),
  pong: (socket) => socket.data.heard(socket),
  drain: (socket) => socket.data.drained(),
  close: (socket) => socket.data.closed(),
}

export type WebSockets = {
  /** `GET /` upgrades to a WebSocket with the events that the query selects. */
  api: Hono<{ Bindings: Bun.Server<Connection> }>
  /** Resolves when every client has received its last events, or after a second. */
  ended(): Promise<void>
}

export function createWebSockets(deps: PlatformDeps): WebSockets {
  const { config, events, log } = deps
  const served = new Set<Promise<void>>()

  function admit(connection: Connection, socket: Socket): void {
    if (served.size >= config.wsMaxConnections) {
      socket.close(closeCodes.tryAgainLater, "Too many connections.")
      return
    }
    const serving = connection.serve(socket).finally(() => served.delete(serving))
    served.add(serving)
  }

  function connectionFor(c: Context): Connection {
    const { after, ...filter } = readQuery(c, socketQuery)
    const headers = parse(clientHeaders, { "X-Client-ID": c.req.header("X-Client-ID") })
    return new Connection({
      clientId: headers["X-Client-ID"] ?? Bun.randomUUIDv7(),
      heartbeat_ms: config.wsHeartbeatInterval * 1000,
      subscribe: () => events.subscribe(filterOf(filter), after),
      admit,
      onError: (err) => log.error({ module: "events", event: "websocket.failed", err }),
    })
  }

  const api: WebSockets["api"] = new Hono()
  api.get("/", (c) => {
    const { ready, reason } = deps.readiness
    if (!ready) {
      throw new AppError(
        "ServiceUnavailableError",
        `Events aren't available yet: ${reason}. Try again later.`,
        { reason },
      )
    }
    const data = connectionFor(c)
    if (c.env.upgrade(c.req.raw, { data })) return new Response(null, { status: 101 })
    const issues = [{ path: "", message: "This path accepts only WebSockets." }]
    throw new AppError("ValidationError", "This path accepts only WebSockets.", { issues })
  })
  const ended = () =>
    Promise.race([Promise.all(served), delay(LAST_WORDS_MS, undefined, { ref: false })])
  return { api, ended: async () => void (await ended()) }
}

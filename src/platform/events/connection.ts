import { type Heartbeat, startHeartbeat } from "./heartbeat"
import type { EventStream } from "./hub"

/** How long the client may stay silent after a ping. */
const PONG_TIMEOUT_MS = 5000

export type Socket = Bun.ServerWebSocket<Connection>

/** Close codes of RFC 6455 and its registry. */
export const closeCodes = { goingAway: 1001, internalError: 1011, tryAgainLater: 1013 } as const

export type ConnectionOptions = {
  clientId: string
  heartbeat_ms: number
  subscribe: () => EventStream
  /** Serves the connection, or closes the socket. */
  admit: (connection: Connection, socket: Socket) => void
  onError: (error: unknown) => void
}

/**
 * One WebSocket: a welcome message, then the events of its subscription. It takes the next event
 * only when the socket has room, so a slow client fills the bounded subscription, not the memory.
 */
export class Connection {
  private source: EventStream | undefined
  private heartbeat: Heartbeat | undefined
  private hasRoom = Promise.withResolvers<void>()

  constructor(private readonly options: ConnectionOptions) {}

  opened(socket: Socket): void {
    this.options.admit(this, socket)
  }

  /** Resolves when the last event was written to the socket and the socket was closed. */
  async serve(socket: Socket): Promise<void> {
    const { clientId, subscribe, heartbeat_ms, onError } = this.options
    const source = subscribe()
    this.source = source
    this.heartbeat = startHeartbeat({
      interval_ms: heartbeat_ms,
      answer_ms: PONG_TIMEOUT_MS,
      ping: () => socket.ping(),
      // A client that answers no ping would not answer a close either.
      giveUp: () => socket.terminate(),
    })
    try {
      const welcome = { client_id: clientId, status: "connected" }
      await this.send(socket, { type: "connection", data: welcome })
      await this.forward(socket, source)
      socket.close(closeCodes.goingAway, "The server is shutting down.")
    } catch (error) {
      onError(error)
      socket.close(closeCodes.internalError, "Can't read the events.")
    } finally {
      this.closed()
    }
  }

  /** Any frame is a sign of life. Among text frames, only a ping gets an answer. */
  heard(socket: Socket, text?: string): void {
    this.heartbeat?.heard()
    if (text !== undefined && isPing(text)) socket.send(JSON.stringify({ type: "pong" }))
  }

  drained(): void {
    this.hasRoom.resolve()
  }

  closed(): void {
    this.heartbeat?.stop()
    this.source?.end()
    this.hasRoom.resolve()
  }

  private async forward(socket: Socket, source: EventStream): Promise<void> {
    for await (const event of source) {
      if (socket.readyState !== WebSocket.OPEN) return
      await this.send(socket, event)
    }
  }

  /** Bun returns -1 for messages still in memory, and 0 if the connection is closed. */
  private async send(socket: Socket, message: object): Promise<void> {
    this.hasRoom = Promise.withResolvers()
    if (socket.send(JSON.stringify(message)) === -1) await this.hasRoom.promise
  }
}

function isPing(text: string): boolean {
  try {
    const message: unknown = JSON.parse(text)
    return typeof message === "object" && message !== null && "type" in message
      ? message.type === "ping"
      : false
  } catch {
    return false
  }
}

import { connect } from "node:net"

export type RawRequest = {
  /** All that was answered so far. */
  answer(): string
  /** Resolves once something was answered, or the connection is closed. */
  answered: Promise<void>
  closed: Promise<void>
  isClosed(): boolean
  /** Resolves once the bytes are on their way, or the connection is closed. */
  write(bytes: string | Uint8Array): Promise<void>
} & Disposable

/** A request over a socket of its own, for what `fetch` can't send. `Host` is added to the head. */
export function rawRequest(url: string, [line = "", ...headers]: string[]): RawRequest {
  const { hostname, port, host } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  const answered = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  let answer = ""
  let isClosed = false
  socket.on("data", (data) => {
    answer += data
    answered.resolve()
  })
  // A server may close while we write, as is to be tested.
  socket.on("error", () => {})
  for (const event of ["end", "close"]) {
    socket.on(event, () => {
      isClosed = true
      answered.resolve()
      closed.resolve()
    })
  }
  socket.write(`${[line, `Host: ${host}`, ...headers].join("\r\n")}\r\n\r\n`)
  return {
    answer: () => answer,
    answered: answered.promise,
    closed: closed.promise,
    isClosed: () => isClosed,
    async write(bytes) {
      if (isClosed) return
      const { promise, resolve } = Promise.withResolvers<void>()
      socket.write(bytes, () => resolve())
      await Promise.race([promise, closed.promise])
    },
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

/** One chunk of a body with `Transfer-Encoding: chunked`; the last one is empty. */
export const chunkOf = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])
}

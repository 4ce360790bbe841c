import { connect } from "node:net"
import type { PublishedEvent } from "../../src/platform/events/event"

const upgrade = [
  ...["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"],
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
]

/** Asks for events over a socket of its own and then reads nothing until it is told to. */
export function slowReader(url: string, kind: "stream" | "websocket") {
  const { hostname, port, host } = new URL(url)
  const isStream = kind === "stream"
  const path = isStream ? "/api/events" : "/ws"
  const head = [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...(isStream ? [] : upgrade)]
  const socket = connect({ host: hostname, port: Number(port) })
  socket.pause()
  socket.write(`${head.join("\r\n")}\r\n\r\n`)
  const chunks: Buffer[] = []
  return {
    /** Reads on until `marker` came; every event that was read so far. */
    async readUntil(marker: string): Promise<PublishedEvent[]> {
      const { promise, resolve } = Promise.withResolvers<void>()
      socket.on("data", (chunk: Buffer) => {
        chunks.push(chunk)
        if (Buffer.concat(chunks.slice(-2)).includes(marker)) resolve()
      })
      socket.resume()
      await promise
      const all = Buffer.concat(chunks)
      const body = all.subarray(all.indexOf("\r\n\r\n") + 4)
      const messages = isStream ? dataOf(unchunked(body)) : textFrames(body)
      return messages.map((text) => JSON.parse(text)).filter(({ type }) => type !== "connection")
    },
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

function dataOf(stream: string): string[] {
  return [...stream.matchAll(/^data: (.*)\n/gm)].map(([, data = ""]) => data)
}

/** RFC 9112 §7.1: each chunk is its size in hexadecimal, the bytes, and line ends after both. */
function unchunked(body: Buffer): string {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf("\r\n", at)
    const end = lineEnd + 2 + Number.parseInt(body.toString("latin1", at, lineEnd), 16)
    if (lineEnd < 0 || !(end <= body.length)) return Buffer.concat(parts).toString()
    parts.push(body.subarray(lineEnd + 2, end))
    at = end + 2
  }
}

/** RFC 6455 §5.2: what a server sends is not masked, and Bun does not split messages. */
function textFrames(body: Buffer): string[] {
  const texts: string[] = []
  for (let at = 0; at + 2 <= body.length; ) {
    const short = body.readUInt8(at + 1)
    const [start, size] =
      short < 126
        ? [at + 2, short]
        : short === 126
          ? [at + 4, body.readUInt16BE(at + 2)]
          : [at + 10, Number(body.readBigUInt64BE(at + 2))]
    if (start + size > body.length) break
    if (body.readUInt8(at) === 0x81) texts.push(body.toString("utf8", start, start + size))
    at = start + size
  }
  return texts
}

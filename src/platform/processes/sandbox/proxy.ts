import { STATUS_CODES } from "node:http"
import { connect, createServer, type Socket } from "node:net"
import { AppError, messageOf } from "../../errors"
import {
  type Address,
  addressesOf,
  isOwnAddress,
  systemLookup,
  unlessPublic,
} from "../../net/address"
import { join } from "./join"

const HEAD_BYTES_MAX = 64 * 1024
const HEAD_MS = 30_000
const CONNECT_MS = 30_000
const CONNECTIONS_MAX = 512

/** A client's request: where to connect, and the head to send there first. */
type Target = { url: URL; head: string }

/** Opens a proxy on a Unix socket, to the public internet and the `reachable` host:port pairs. */
export async function openProxy(path: string, reachable: string[]): Promise<{ close: () => void }> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    open.add(client)
    client.on("close", () => open.delete(client)).on("error", () => client.destroy())
    if (open.size > CONNECTIONS_MAX) return refuse(client, 503, "Too many open connections.")
    void serve(client, reachable)
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.on("error", reject).listen(path, resolve)
  await promise
  return {
    close() {
      server.close()
      for (const client of open) client.destroy()
    },
  }
}

async function serve(client: Socket, reachable: string[]): Promise<void> {
  try {
    const { head, rest } = await readHead(client)
    const target = parse(head)
    if (!target)
      return refuse(client, 400, "This proxy accepts only CONNECT and absolute http:// URLs.")
    const server = await connectTo(target.url, reachable)
    if (client.destroyed) return void server.destroy()
    if (target.head) server.write(target.head)
    else client.write("HTTP/1.1 200 Connection Established\r\n\r\n")
    server.write(rest)
    join(client, server)
  } catch (error) {
    const isForbidden = error instanceof AppError && error.name === "ForbiddenUrlError"
    refuse(client, isForbidden ? 403 : 502, messageOf(error))
  }
}

/** Rejects if the head is too long or doesn't arrive. */
function readHead(client: Socket): Promise<{ head: string; rest: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ head: string; rest: Buffer }>()
  const timer = setTimeout(() => reject(new Error("The request did not arrive in time.")), HEAD_MS)
  let read = Buffer.alloc(0)
  const take = (chunk: Buffer) => {
    read = Buffer.concat([read, chunk])
    const end = read.indexOf("\r\n\r\n")
    if (end < 0 && read.length < HEAD_BYTES_MAX) return
    client.pause().off("data", take)
    if (end < 0) reject(new Error("The request's head is too long."))
    else resolve({ head: read.toString("latin1", 0, end), rest: read.subarray(end + 4) })
  }
  client.on("data", take)
  client.on("close", () => reject(new Error("The client left.")))
  return promise.finally(() => clearTimeout(timer))
}

/** Returns undefined if it is not a request to a proxy. */
function parse(text: string): Target | undefined {
  const [first = "", ...headers] = text.split("\r\n")
  const [method, target = "", protocol] = first.split(" ")
  if (!method || !/^HTTP\/1\.[01]$/.test(protocol ?? "")) return undefined
  if (method === "CONNECT") {
    const isPair = /^[^\s/?#@\\]+:\d+$/.test(target) && URL.canParse(`http://${target}`)
    return isPair ? { url: new URL(`http://${target}`), head: "" } : undefined
  }
  const url = URL.parse(target)
  if (url?.protocol !== "http:" || url.username || url.password) return undefined
  // One request per connection, so that a second one can't name another host.
  const kept = headers.filter(
    (line) => !/^(host|connection|keep-alive|proxy-[\w-]+)\s*:/i.test(line),
  )
  const own = [`Host: ${url.host}`, "Connection: close"]
  const path = url.pathname + url.search
  const head = [`${method} ${path} ${protocol}`, ...own, ...kept, "", ""].join("\r\n")
  return { url, head }
}

/** Connects to a checked address, never to the result of a second lookup. */
async function connectTo(url: URL, reachable: string[]): Promise<Socket> {
  const port = Number(url.port || 80)
  const isReachable = reachable.includes(`${url.hostname}:${port}`)
  const forbidden = isReachable ? () => undefined : unlessElsewhere
  const addresses = await addressesOf(url, systemLookup, forbidden)
  let failure: unknown
  for (const address of addresses) {
    try {
      return await connected(address, port)
    } catch (error) {
      failure = error
    }
  }
  throw new Error(`${url.host} does not answer: ${messageOf(failure)}`)
}

/** One of this machine's own addresses may be public too. */
function unlessElsewhere(address: string): string | undefined {
  return isOwnAddress(address) ? "is this machine" : unlessPublic(address)
}

function connected({ address, family }: Address, port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = connect({ host: address, family, port, allowHalfOpen: true })
  const timer = setTimeout(() => socket.destroy(new Error("it took too long")), CONNECT_MS)
  socket.once("connect", () => resolve(socket)).once("error", reject)
  return promise.finally(() => clearTimeout(timer))
}

function refuse(client: Socket, status: number, sentence: string): void {
  if (client.destroyed) return
  const body = `${sentence}\n`
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...["Content-Type: text/plain; charset=utf-8", "Connection: close"],
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  client.end(`${head.join("\r\n")}\r\n\r\n${body}`)
}

import { expect, test } from "bun:test"
import { connect } from "node:net"
import { type TestServer, testServer } from "./support/server"

type Message = { type: string; id?: number | null; data?: Record<string, unknown> }

type WebSocketWithHeaders = new (url: string, options: object) => WebSocket

/** A WebSocket whose messages are taken one at a time, in order. */
function open(server: TestServer, query = "", headers: Record<string, string> = {}) {
  const url = `${server.url.replace("http", "ws")}/ws${query}`
  // Bun accepts headers, which browsers, and so the DOM types, don't.
  const socket = new (WebSocket as unknown as WebSocketWithHeaders)(url, { headers })
  const { promise: closed, resolve } = Promise.withResolvers<number>()
  const messages = new ReadableStream<Message>({
    start(controller) {
      socket.onmessage = ({ data }) => controller.enqueue(JSON.parse(data))
      socket.onclose = ({ code }) => resolve(code)
    },
  }).getReader()
  return {
    socket,
    closed,
    next: async () => (await messages.read()).value,
    [Symbol.dispose]: () => socket.close(),
  }
}

function upload(server: TestServer, name: string) {
  return server.client.uploadDocuments([{ name, content: new Blob([`# ${name}`]) }])
}

test("a client is welcomed first, with its own or a new id, and then gets events", async () => {
  await using server = await testServer()
  using named = open(server, "", { "X-Client-ID": "me" })
  const data = { client_id: "me", status: "connected" }
  expect(await named.next()).toEqual({ type: "connection", data })
  await upload(server, "a.md")
  expect(await named.next()).toMatchObject({ id: 1, type: "document.uploaded" })
  using unnamed = open(server)
  expect(await unnamed.next()).toMatchObject({
    data: { client_id: expect.stringMatching(/.{36}/) },
  })
})

test("a client gets only the events it asked for, including missed ones", async () => {
  await using server = await testServer()
  await upload(server, "a.md")
  await upload(server, "b.md")
  using client = open(server, "?types=document.indexed&after=2")
  await client.next()
  expect(await client.next()).toMatchObject({ id: 4, type: "document.indexed" })
})

test("a ping is answered at any time, and other messages do no harm", async () => {
  await using server = await testServer()
  using client = open(server)
  await client.next()
  for (const text of ["no json", "null", "[]", '{"type":"pong"}', '{"type":"ping"}']) {
    client.socket.send(text)
  }
  client.socket.send(new Uint8Array([1, 2]))
  client.socket.send('{"type":"ping"}')
  expect(await client.next()).toEqual({ type: "pong" })
  expect(await client.next()).toEqual({ type: "pong" })
})

test("above WS_MAX_CONNECTIONS a client is refused with 1013, until another leaves", async () => {
  await using server = await testServer({ settings: { WS_MAX_CONNECTIONS: "1" } })
  const first = open(server)
  await first.next()
  expect(await open(server).closed).toBe(1013)
  first.socket.close()
  await first.closed
  using second = open(server)
  expect(await second.next()).toMatchObject({ type: "connection" })
})

test("clients are told when the server stops", async () => {
  const server = await testServer()
  const client = open(server)
  await client.next()
  await server[Symbol.asyncDispose]()
  expect(await client.closed).toBe(1001)
})

test("other web sites, other host names and clients without the token get no events", async () => {
  await using server = await testServer({ settings: { AMELIA_TOKEN: "a-long-random-text" } })
  const status = async (headers: Record<string, string>) => {
    const upgrade = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" }
    const key = { "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" }
    return (await server.fetch("/ws", { headers: { ...upgrade, ...key, ...headers } })).status
  }
  const Authorization = "Bearer a-long-random-text"
  expect(await status({})).toBe(401)
  expect(await status({ Authorization, Origin: "http://evil.example" })).toBe(403)
  expect(await status({ Authorization, "Sec-Fetch-Site": "cross-site" })).toBe(403)
  expect(await status({ Authorization, Host: "evil.example" })).toBe(403)
  using client = open(server, "", { Authorization, Origin: server.url })
  expect(await client.next()).toMatchObject({ type: "connection" })
})

test("a request that is not a WebSocket, or has a bad query, gets an error", async () => {
  await using server = await testServer()
  for (const path of ["/ws", "/ws?after=x", "/ws?kind=x"]) {
    expect((await server.fetch(path)).status, path).toBe(400)
  }
})

test("a client that answers pings stays, and a silent one is closed after five seconds", async () => {
  await using server = await testServer({ settings: { WS_HEARTBEAT_INTERVAL: "1" } })
  using alive = open(server)
  await alive.next()
  await silentClient(server)
  await upload(server, "a.md")
  expect(await alive.next()).toMatchObject({ id: 1 })
})

/** Shakes hands and then stays silent. Resolves when the server has closed it. */
function silentClient({ url }: TestServer): Promise<void> {
  const { hostname, port, host } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  const lines = ["GET /ws HTTP/1.1", `Host: ${host}`, "Connection: Upgrade", "Upgrade: websocket"]
  const key = ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
  socket.write(`${[...lines, ...key].join("\r\n")}\r\n\r\n`)
  socket.resume()
  return new Promise((resolve) => socket.once("close", () => resolve()))
}

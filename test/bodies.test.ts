import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { createClient } from "../src/ways-in/client/client"
import { chunkOf, rawRequest, statusOf } from "./support/raw-request"
import { appRoutes, type Route } from "./support/routes"
import { type TestServer, testServer } from "./support/server"

/** What the kernel may buffer of a body that nobody reads, on both sides of a connection. */
const KERNEL_BYTES = 24_000_000
const token = "a-long-random-text"
const authorized = `Authorization: Bearer ${token}`
const chunked = "Transfer-Encoding: chunked"
const form = "Content-Type: application/x-www-form-urlencoded"
const json = "Content-Type: application/json"
const multipart = "Content-Type: multipart/form-data; boundary=b"

let server: TestServer
beforeAll(async () => {
  const settings = { AMELIA_TOKEN: token, MAX_UPLOAD_MB: "1", RATE_LIMIT_MESSAGES: "1000/second" }
  server = await testServer({ settings })
})
afterAll(() => server[Symbol.asyncDispose]())

/** Sends an endless body until it is answered and cut off. */
async function flood(head: string[], beginning: string) {
  using request = rawRequest(server.url, [...head, chunked])
  await request.write(chunkOf(beginning))
  const chunk = chunkOf("x".repeat(64_000))
  let sentBytes = 0
  for (; !request.isClosed() && sentBytes < 100_000_000; sentBytes += chunk.length) {
    await request.write(chunk)
  }
  await request.closed
  return { answer: request.answer(), status: statusOf(request.answer()), sentBytes }
}

describe("a body that is too long is refused while it is read, and its connection is closed", () => {
  const file = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
  const routes: [route: string, head: string[], beginning: string, limit: number][] = [
    ["POST /login", [form], "token=", 16_000],
    ["POST /api/workflows", [authorized, json], '{"name":"', 1_000_000],
    ["POST /api/rag/documents/refetch", [authorized], "{", 1_000_000],
    ["POST /workflows/check", [authorized, form], "source=", 1_000_000],
    ["POST /workflows/check", [authorized, multipart], file, 1_000_000],
    ["POST /api/rag/documents/upload", [authorized, multipart], file, 4 * 1024 ** 2],
    ["POST /documents", [authorized, multipart], file, 4 * 1024 ** 2],
    ["POST /api/rag/eval", [authorized, json], '{"questions":["', 50_000_000],
    ["POST /api/runs/replay", [authorized, json], '{"format":"', 50_000_000],
  ]
  test.each(routes)("%s", async (route, headers, beginning, limit) => {
    const path = route.replace("refetch", `${Bun.randomUUIDv7()}/refetch`)
    const { status, answer, sentBytes } = await flood([`${path} HTTP/1.1`, ...headers], beginning)
    expect(status).toBe(413)
    expect(answer).toContain(`"max_bytes":${limit}`)
    expect(answer).toMatch(/^Connection: close\r$/im)
    expect(sentBytes).toBeLessThan(limit + KERNEL_BYTES)
  })

  test("before any of it is read, if its length is declared", async () => {
    for (const [path, limit] of [
      ["/api/workflows", 1_000_000],
      ["/api/runs/replay", 50_000_000],
    ] as const) {
      const head = [`POST ${path} HTTP/1.1`, authorized, json]
      using request = rawRequest(server.url, [...head, "Content-Length: 2000000000"])
      await request.closed
      expect(request.answer()).toContain(`"max_bytes":${limit}`)
      expect(statusOf(request.answer())).toBe(413)
    }
  })
})

test("without the token, each route that takes a body refuses it before any of it arrives", async () => {
  const open = ["/login", "/live"]
  const taking = (await appRoutes()).filter(
    ({ method, path }) => method !== "GET" && !open.includes(path),
  )
  const ask = async ({ method, path }: Route) => {
    using request = rawRequest(server.url, [`${method} ${path} HTTP/1.1`, json, chunked])
    await request.closed
    return [path, statusOf(request.answer())]
  }
  expect(await Promise.all(taking.map(ask))).toEqual(taking.map(({ path }) => [path, 401]))
})

test("a client refused in the middle of its body can read why, and ask again", async () => {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }
  const ask = (body: string) => server.fetch("/api/workflows", { method: "POST", headers, body })
  for (const bytes of [1_000_001, 1_900_000, 10_000_000]) {
    const refused = await ask("x".repeat(bytes))
    expect(await refused.json()).toMatchObject({ error: "FileTooLargeError" })
    expect((await ask("{}")).status).toBe(400)
  }
})

test("a route with its own limit takes bodies over the usual one", async () => {
  const question = { query: "words ".repeat(100), relevant: ["a"] }
  const body = JSON.stringify({ questions: Array(9000).fill(question), typo: 1 })
  expect(body.length).toBeGreaterThan(5_000_000)
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }
  const answer = await server.fetch("/api/rag/eval", { method: "POST", headers, body })
  expect(await answer.json()).toMatchObject({ message: expect.stringContaining('"typo"') })
})

test("large files of an upload wait on disk and are returned byte for byte", async () => {
  await using server = await testServer()
  const client = createClient({ url: server.url })
  const random = new Uint8Array(6_000_000).map(() => Math.random() * 256)
  const wide = (size: number) => new Uint8Array(Buffer.from("\ufeffwide ".repeat(size), "utf16le"))
  const contents = {
    "large.pdf": new Uint8Array([...Buffer.from("%PDF-1.7\r\n--b"), ...random]),
    "long.txt": new Uint8Array(Buffer.from("Many words. ".repeat(300_000))),
    // One in memory, and one that arrives when the others have taken the room there.
    "short.txt": wide(1000),
    "wide.txt": wide(2000),
  }
  const files = Object.entries(contents).map(([name, it]) => ({ name, content: new Blob([it]) }))
  const order = [files[2]!, files[0]!, files[1]!, files[3]!, files[0]!]
  const uploaded = await client.uploadDocuments(order)
  expect(uploaded.map(({ name }) => name)).toEqual(order.map(({ name }) => name))
  for (const { id, name } of uploaded) {
    const given = await (await client.getDocumentFile(id)).bytes()
    const sent = contents[name as keyof typeof contents]
    expect(Buffer.from(given).equals(Buffer.from(sent)), name).toBe(true)
  }
  const { content } = await client.getDocument(uploaded[3]!.id)
  expect(content).toBe("\ufeffwide ".repeat(2000).slice(1))
  const stored = await readdir(join(server.home, "uploads"))
  expect(stored.filter((name) => name.startsWith("incoming"))).toEqual([])
})

test("a refused or interrupted upload leaves no file behind", async () => {
  await using server = await testServer()
  const uploads = () => readdir(join(server.home, "uploads"))
  const body = new FormData()
  body.append("file", new File(["x".repeat(5_000_000)], "long.txt"))
  body.append("file", new File(["%PDF-1.7"], "wrong.md"))
  const refused = await server.fetch("/api/rag/documents/upload", { method: "POST", body })
  expect(refused.status).toBe(400)
  expect(await uploads()).toEqual([])

  const head = ["POST /api/rag/documents/upload HTTP/1.1", multipart, chunked]
  const request = rawRequest(server.url, head)
  const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
  await request.write(chunkOf(part))
  while ((await uploads()).length === 0) await request.write(chunkOf("x".repeat(64_000)))
  request[Symbol.dispose]()
  while ((await uploads()).length > 0) await Bun.sleep(10)
})

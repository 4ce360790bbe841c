import { expect, test } from "bun:test"
import { join } from "node:path"
import fc from "fast-check"
import { version } from "../package.json"
import { readPrices } from "../src/engines/models/price-file"
import { createRateLimiter } from "../src/platform/http/rate-limit"
import { startServer } from "../src/server"
import { runCommand } from "../src/ways-in/cli/program"
import { type TestServer, testServer } from "./support/server"

function filesNamed(...names: string[]): FormData {
  const body = new FormData()
  for (const name of names) body.append("file", new File([`# ${name}\n\nText of ${name}.`], name))
  return body
}

function upload(server: TestServer, path: string, names: string[], accept = "application/json") {
  const headers = { Accept: accept }
  const body = filesNamed(...names)
  return server.fetch(path, { method: "POST", body, headers, redirect: "manual" })
}

test("uploads over RATE_LIMIT_UPLOADS are refused with the time to wait, API and page together", async () => {
  await using server = await testServer({ settings: { RATE_LIMIT_UPLOADS: "2/day" } })
  const api = "/api/rag/documents/upload"
  expect((await upload(server, api, ["a.md", "b.md", "c.md"])).status).toBe(201)
  expect((await upload(server, "/documents", ["d.md"], "text/html")).status).toBe(303)

  const refused = await upload(server, api, ["e.md"])
  expect(refused.status).toBe(429)
  const body = (await refused.json()) as { details: { retry_after: number } }
  expect(body).toMatchObject({
    error: "RateLimitError",
    message: expect.stringContaining("Try again in"),
    details: { provider: null, help: expect.stringContaining("RATE_LIMIT_UPLOADS") },
  })
  expect(body.details.retry_after).toBeWithin(43_000, 43_201)
  expect(refused.headers.get("retry-after")).toBe(String(body.details.retry_after))

  const page = await upload(server, "/documents", ["e.md"], "text/html")
  expect(page.status).toBe(429)
  expect(await page.text()).toContain("Too many upload requests: the limit is 2/day.")
  expect(await server.client.listDocuments(), "reading is not limited").toHaveLength(4)
})

test("requests refused for another reason count too", async () => {
  await using server = await testServer({ settings: { RATE_LIMIT_UPLOADS: "1/day" } })
  const empty = await upload(server, "/api/rag/documents/upload", [])
  expect(empty.status).toBe(400)
  expect((await upload(server, "/api/rag/documents/upload", ["a.md"])).status).toBe(429)
})

test("a client gets its count at once, then one per interval, without affecting others", () => {
  let now = 0
  const take = createRateLimiter({ count: 5, windowSeconds: 60 }, { now: () => now })
  for (let i = 0; i < 5; i++) expect(take("a")).toBe(0)
  expect(take("a")).toBe(12)
  expect(take("b")).toBe(0)
  now = 11_999
  expect(take("a")).toBe(1)
  now = 12_000
  expect(take("a")).toBe(0)
  expect(take("a")).toBe(12)
  now = 72_000
  for (let i = 0; i < 5; i++) expect(take("a")).toBe(0)
  expect(take("a")).toBe(12)
})

test("a client that waits as long as told is let in, at any limit and time", () => {
  const limits = fc.record({
    count: fc.integer({ min: 1, max: 1000 }),
    windowSeconds: fc.constantFrom(1, 60, 3600, 86_400),
  })
  fc.assert(
    fc.property(limits, fc.double({ min: 0, max: 1e9, noNaN: true }), (limit, start) => {
      let now = start
      const take = createRateLimiter(limit, { now: () => now })
      for (let i = 0; i < limit.count; i++) expect(take("a")).toBe(0)
      const wait_s = take("a")
      expect(wait_s).toBeWithin(1, limit.windowSeconds + 1)
      now += wait_s * 1000
      expect(take("a")).toBe(0)
    }),
  )
})

test("only so many clients are remembered, the most recent ones", () => {
  const limit = { count: 1, windowSeconds: 60 }
  const take = createRateLimiter(limit, { now: () => 0, clientsMax: 2 })
  for (const client of ["a", "b", "c"]) expect(take(client)).toBe(0)
  expect(take("c")).toBe(60)
  expect(take("b")).toBe(60)
  expect(take("a"), "it was forgotten").toBe(0)
})

/** `amelia ingest` in this process, against the server of that home. */
async function ingest(home: string, onSaid: (text: string, interrupt: () => void) => void) {
  const path = join(home, "brief.md")
  await Bun.write(path, "# Lantern\n\nA list of links.")
  const interruption = new AbortController()
  const out = async () => undefined
  const err = (text: string) => onSaid(text, () => interruption.abort())
  const terminal = { out, err, flush: out, outIsTTY: false, errIsTTY: false, columns: () => 80 }
  const interrupted = interruption.signal
  const settings = { env: { AMELIA_HOME: home }, umask: process.umask() }
  const context = { version, cwd: home, ...settings, terminal, interrupted }
  return await runCommand({ ...context, startServer, checkPrices: readPrices }, ["ingest", path])
}

const note = { name: "note.md", content: new Blob(["# A note\n\nOf today."]) }

test("a command waits for its turn and says so", async () => {
  await using server = await testServer({ settings: { RATE_LIMIT_UPLOADS: "6/minute" } })
  await Promise.all(Array.from({ length: 6 }, () => server.client.uploadDocuments([note])))
  const said: string[] = []
  expect(await ingest(server.home, (text) => said.push(text))).toBe(0)
  expect(said).toEqual([
    expect.stringMatching(/^The server is limiting uploads; continuing in (?:10|\d) s\.\n$/),
  ])
  expect(await server.client.listDocuments()).toMatchObject([{ name: "brief.md" }, {}])
})

test("a waiting command can be interrupted, and one that would wait too long fails", async () => {
  await using server = await testServer({ settings: { RATE_LIMIT_UPLOADS: "1/minute" } })
  await server.client.uploadDocuments([note])
  expect(await ingest(server.home, (_, interrupt) => interrupt())).toBe(130)

  await using strict = await testServer({ settings: { RATE_LIMIT_UPLOADS: "1/day" } })
  await strict.client.uploadDocuments([note])
  const said: string[] = []
  expect(await ingest(strict.home, (text) => said.push(text))).toBe(1)
  expect(said.join("")).toContain("Too many upload requests: the limit is 1/day.")
})

import { expect, test } from "bun:test"
import { sql } from "drizzle-orm"
import { checkHealth } from "../src/features/status/service"
import { readConfig } from "../src/platform/config/config"
import { silentLog } from "../src/platform/log/log"
import { wire } from "../src/server"
import { openTestDatabase } from "./support/database"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"
import { databaseServer, embeddedOnly } from "./support/server-database"

const number = expect.any(Number)

embeddedOnly("health names what Amelia depends on and how each is", async () => {
  await using server = await testServer()
  for (const path of ["/health", "/api/status/health"]) {
    const response = await server.fetch(path)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      status: "healthy",
      timestamp: expect.stringMatching(/Z$/),
      checks: {
        database: { status: "healthy", response_time_ms: number },
        event_bus: { status: "healthy", queue_size: 0 },
        pgvector: { status: "healthy", installed: true },
        disk_space: { status: expect.any(String), free_gb: number, free_percent: number },
        embeddings: { mode: "lexical" },
        providers: { anthropic: { status: "missing" }, offline: { status: "healthy" } },
      },
    })
  }
})

embeddedOnly(
  "health answers also while the database does not, and when the home is gone",
  async () => {
    await using database = await openTestDatabase()
    const { config } = await readConfig({ env: { AMELIA_HOME: "/nowhere" } })
    const readiness = { ready: true, reason: "" }
    const deps = await wire({ config, log: silentLog() }, database, readiness)
    // Sent now, before the queries of the health check.
    const busy = rejection(database.db.execute(sql`select pg_sleep(60)`).execute())
    expect(await checkHealth(deps)).toMatchObject({
      status: "unhealthy",
      checks: {
        database: { status: "unhealthy" },
        disk_space: { status: "degraded", free_gb: null, total_gb: null, free_percent: null },
      },
    })
    await database.interrupt()
    await busy
    // The engine restarts with the next query, which on a busy machine takes longer than a check.
    const check = async () => (await checkHealth(deps)).checks.database
    while ((await check()).status !== "healthy") {}
    expect(await check()).toMatchObject({ description: expect.stringContaining("embedded") })
    deps.events.close()
  },
)

if (databaseServer) {
  test("without pgvector on an external server, health is degraded and says what is missing", async () => {
    await using server = await testServer()
    const response = await server.fetch("/health")
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      status: "degraded",
      checks: { database: { status: "healthy" }, pgvector: { status: "missing" } },
    })
  })
}

test("metrics count documents, runs and other resources", async () => {
  await using server = await testServer()
  await server.client.uploadDocuments([{ name: "a.md", content: new Blob(["# One\n\nTwo."]) }])
  await server.client.createWorkflow({ name: "W", preset: "discovery_design_planning" })
  expect(await (await server.fetch("/metrics")).json()).toEqual({
    agents: { running: 0, total: 0 },
    workflows: { running: 0, completed: 0, failed: 0, total: 1 },
    runs: {},
    documents: { total: 1, indexed: 1, total_size_mb: number, chunks: 1 },
    event_bus: { queue_size: 0, max_queue_size: 1000, dropped: 0 },
    llm: { calls: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0 },
    process: { rss_mb: number, uptime_s: number, event_loop_delay_ms: number },
  })
})

test("a ready server is live and reports its name and version", async () => {
  await using server = await testServer()
  expect(await server.client.live()).toEqual({ alive: true })
  expect(await server.client.ready()).toEqual({ ready: true })
  for (const path of ["/", "/api"]) {
    expect(await (await server.fetch(path)).json()).toEqual({
      name: "Amelia API",
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      status: "running",
    })
  }
})

test("every response has a request id, and a 404 is HTML or JSON, as the client accepts", async () => {
  await using server = await testServer()
  const json = await server.fetch("/nowhere")
  expect(json.status).toBe(404)
  const body = await json.json()
  expect(body).toMatchObject({ error: "NotFoundError", path: "/nowhere" })
  expect(json.headers.get("x-request-id")).toBe(body.request_id)

  const page = await server.fetch("/nowhere", { headers: { Accept: "text/html" } })
  expect(page.headers.get("content-type")).toContain("text/html")
  expect(await page.text()).toContain(page.headers.get("x-request-id") ?? "no id")
})

test("styles and scripts are one file each, which a browser keeps until its content changes", async () => {
  await using server = await testServer()
  const page = await (await server.fetch("/", { headers: { Accept: "text/html" } })).text()
  const addresses = [...page.matchAll(/(?:src|href)="(\/static\/[^"]+\.(?:css|js))"/g)]
  expect(addresses).toHaveLength(2)
  for (const [, address = ""] of addresses) {
    const { headers, status } = await server.fetch(address)
    expect(status).toBe(200)
    expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable")
    expect(headers.get("content-type")).toMatch(/^text\/(css|javascript);charset=utf-8$/)
    // As a page asks that is older than the server.
    const old = await server.fetch(address.replace(/app-\w+/, "app-0"))
    expect([old.status, old.headers.get("cache-control")]).toEqual([200, "no-cache"])
    expect(old.headers.get("etag")).toBe(headers.get("etag"))
  }
  expect((await server.fetch("/static/app-.css")).status).toBe(404)
})

test("a browser that has a static file gets 304", async () => {
  await using server = await testServer()
  const first = await server.fetch("/static/base.css")
  const known = { "If-None-Match": first.headers.get("etag") ?? "" }
  expect((await first.text()).length).toBeGreaterThan(1000)
  const second = await server.fetch("/static/base.css", { headers: known })
  expect([second.status, await second.text()]).toEqual([304, ""])
})

test("compresses responses over a kilobyte if the client accepts that", async () => {
  await using server = await testServer()
  const encoding = async (path: string) => {
    const response = await server.fetch(path, { headers: { "Accept-Encoding": "gzip" } })
    await response.body?.cancel()
    return response.headers.get("content-encoding")
  }
  expect(await encoding("/api/workflows/presets")).toBe("gzip")
  expect(await encoding("/api")).toBeNull()
  expect(await encoding("/api/events")).toBeNull()
})

import { expect, test } from "bun:test"
import type { Health } from "../../src/features/status/schema"
import { HealthPage } from "../../views/status/health-page"
import { accessibilityProblems } from "../support/axe"
import { browserPath, openBrowser } from "../support/browser"
import { testServer } from "../support/server"

test.skipIf(!browserPath)("in a browser: Health is a page; programs get it as JSON", async () => {
  await using server = await testServer({ settings: { EMBEDDING_MODEL: "none" } })
  await using browser = await openBrowser()
  const page = await browser.newPage()
  await page.goto(server.url)
  await page.getByRole("link", { name: "Health" }).click()
  await page.getByRole("heading", { name: "Health" }).waitFor()
  expect(await page.locator(".run-title").textContent()).toContain("Healthy")
  const database = page.locator(".health-check", { hasText: "PostgreSQL" })
  expect(await database.textContent()).toContain("Works")
  expect(await accessibilityProblems(page)).toEqual([])
  const json = await server.fetch("/health", { headers: { Accept: "*/*" } })
  expect(await json.json()).toMatchObject({ checks: { database: { status: "healthy" } } })
})

test("Health says what is limited and what to do, and is never better than its worst line", async () => {
  const off = { status: "healthy", model: null, state: "off", note: "It is off." } as const
  const checks: Health["checks"] = {
    database: { status: "healthy", response_time_ms: 0.4, description: "embedded PostgreSQL" },
    event_bus: { status: "healthy", running: true, queue_size: 0 },
    pgvector: { status: "healthy", installed: true },
    disk_space: { status: "warning", free_gb: 8, total_gb: 100, free_percent: 8 },
    embeddings: { ...off, mode: "lexical", state: "failed", note: "No <answer>.", fix: null },
    reranking: off,
    providers: { ollama: { status: "degraded", note: "It is paused.", fix: null } },
  }
  const shown = async (health: Health) => {
    const assets = { css: "/static/app.css", js: "/static/app.js" }
    const frame = {
      version: "1",
      assets,
      uptime_ms: 1000,
      closed: undefined,
      url: "http://here/health",
    }
    return await HealthPage({ health, ...frame })
  }
  const timestamp = "2026-01-02T03:04:05.000Z"
  const limited = await shown({ status: "healthy", timestamp, checks })
  for (const part of ["Limited", "Filling up", "No &lt;answer&gt;.", "Paused", 'href="/settings"'])
    expect(limited).toContain(part)
  expect(limited).not.toContain("Healthy")
  const database = { ...checks.database, status: "unhealthy" as const }
  const broken = await shown({ status: "unhealthy", timestamp, checks: { ...checks, database } })
  expect(broken).toContain("so nothing can be read or stored.")
})

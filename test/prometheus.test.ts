import { expect, test } from "bun:test"
import { prometheusText } from "../src/features/status/prometheus"
import type { Metrics } from "../src/features/status/schema"
import { testServer } from "./support/server"

test("clients that ask for text get the Prometheus format, all others JSON", async () => {
  await using server = await testServer()
  const typeFor = async (accept: string) => {
    const response = await server.fetch("/metrics", { headers: { Accept: accept } })
    await response.body?.cancel()
    return response.headers.get("content-type")
  }
  const scraper = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.5,*/*;q=0.1"
  expect(await typeFor("text/plain")).toBe("text/plain; version=0.0.4; charset=utf-8")
  expect(await typeFor(scraper)).toStartWith("application/openmetrics-text; version=1.0.0")
  for (const accept of ["*/*", "text/html", "application/json, text/plain, */*"]) {
    expect(await typeFor(accept), accept).toBe("application/json")
  }
})

test("every line is valid for Prometheus, and the counts are right", async () => {
  await using server = await testServer()
  await server.client.createWorkflow({ name: "W", preset: "discovery_design_planning" })
  const response = await server.fetch("/metrics", { headers: { Accept: "text/plain" } })
  const text = await response.text()
  expect(text).toEndWith("\n")
  const line = /^(# HELP \w+ .+|# TYPE \w+ (gauge|counter)|amelia_\w+(\{\w+="\w+"\})? [\d.e+-]+)$/
  expect(
    text
      .trimEnd()
      .split("\n")
      .filter((it) => !line.test(it)),
  ).toEqual([])
  expect(text).toContain("# TYPE amelia_workflows gauge\namelia_workflows 1\n")
  expect(text).toContain("# TYPE amelia_llm_calls_total counter\namelia_llm_calls_total 0\n")
})

const metrics: Metrics = {
  agents: { running: 1, total: 2 },
  workflows: { running: 1, completed: 3, failed: 0, total: 4 },
  runs: { running: 1, completed: 3 },
  documents: { total: 1, indexed: 1, total_size_mb: 0.5, chunks: 7 },
  event_bus: { queue_size: 0, max_queue_size: 1000, dropped: 9 },
  llm: { calls: 5, input_tokens: 10, output_tokens: 20, cost_usd: null },
  process: { rss_mb: 2, uptime_s: 3.5, event_loop_delay_ms: 1.5 },
}

test("uses bytes and seconds, labels runs by status, and omits an unknown cost", () => {
  const lines = prometheusText(metrics, "text").split("\n")
  expect(lines).toContain("amelia_documents_size_bytes 524288")
  expect(lines).toContain("amelia_event_loop_delay_seconds 0.0015")
  expect(lines).toContain('amelia_runs{status="completed"} 3')
  expect(lines.filter((line) => line.startsWith("amelia_llm_cost"))).toEqual([])
})

test("OpenMetrics names counter families without _total and ends with # EOF", () => {
  const text = prometheusText(metrics, "openmetrics")
  expect(text).toContain("# TYPE amelia_events_dropped counter\namelia_events_dropped_total 9\n")
  expect(text).toEndWith("\n# EOF\n")
})

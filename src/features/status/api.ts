import { type Context, Hono } from "hono"
import { accepts } from "hono/accepts"
import { wantsPage } from "../../platform/http/errors"
import type { Readiness } from "../../platform/http/ready"
import type { RunDeps } from "../runs/leases/supervisor"
import { measureLoopDelay } from "./loop-delay"
import { type PrometheusFormat, prometheusText, prometheusTypes } from "./prometheus"
import { checkHealth, readMetrics } from "./service"

/** `/live` and `/ready`, which work before the database is up. */
export function livenessApi(readiness: Readiness): Hono {
  return new Hono()
    .get("/live", (c) => c.json({ alive: true }))
    .get("/ready", (c) => {
      const { ready, reason } = readiness
      return ready ? c.json({ ready }) : c.json({ ready, reason }, 503)
    })
}

/** `/handover`, only on a command's own server: makes it leave the home to another server. */
export function handoverApi(leave: () => void): Hono {
  return new Hono().post("/handover", (c) => {
    leave()
    return c.json({ status: "leaving" }, 202)
  })
}

export function statusApi(deps: RunDeps): Hono {
  const loopDelay = measureLoopDelay()
  return new Hono()
    .route("/", livenessApi(deps.readiness))
    .get("/health", async (c, next) => {
      c.header("Vary", "Accept")
      // People get a page (pages.tsx).
      if (wantsPage(c)) return await next()
      const health = await checkHealth(deps)
      return c.json(health, health.status === "unhealthy" ? 503 : 200)
    })
    .get("/circuit-breakers", (c) => c.json({ circuit_breakers: deps.models.breakers() }))
    .get("/metrics", async (c) => {
      const metrics = await readMetrics(deps, process.uptime(), loopDelay())
      const format = prometheusFormat(c)
      c.header("Vary", "Accept")
      if (!format) return c.json(metrics)
      return c.body(prometheusText(metrics, format), 200, {
        "Content-Type": prometheusTypes[format],
      })
    })
}

/** Returns the requested text format, or undefined for JSON, the default. */
function prometheusFormat(c: Context): PrometheusFormat | undefined {
  const json = "application/json"
  const supports = [json, "text/plain", "application/openmetrics-text"]
  const wanted = accepts(c, { header: "Accept", supports, default: json })
  if (wanted === json) return undefined
  return wanted === "text/plain" ? "text" : "openmetrics"
}

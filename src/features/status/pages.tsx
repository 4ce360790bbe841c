import { type Context, Hono } from "hono"
import { version } from "../../../package.json"
import { HealthPage } from "../../../views/status/health-page"
import { HomePage } from "../../../views/status/home"
import { acceptsHtml } from "../../platform/http/errors"
import { frameOf } from "../../platform/http/frame"
import { costOfAll } from "../../platform/shapes/cost"
import { countDocuments } from "../documents/service"
import { pickerOf } from "../library/picker-form"
import type { RunDeps } from "../runs/leases/supervisor"
import { listRuns } from "../runs/service"
import { readDefaultModel } from "../settings/default-model"
import { startOfDay } from "../usage/budget"
import { limitsOf } from "../usage/budget-service"
import { totalsOf } from "../usage/service"
import { presets } from "../workflows/presets"
import type { Health } from "./schema"
import { checkHealth } from "./service"

const RECENT_RUNS = 10
const CHOICES = 200

export function homePages(deps: RunDeps): Hono {
  return new Hono()
    .get("/health", (c) => showHealth(c, deps))
    .get("/", async (c) => {
      if (!acceptsHtml(c)) return c.json({ name: "Amelia API", version, status: "running" })
      const [running, waiting, recent, documents, picker, health, today, limits, model] =
        await Promise.all([
          listRuns(deps, { limit: CHOICES, status: ["running"] }),
          listRuns(deps, { limit: CHOICES, status: ["waiting", "paused", "interrupted"] }),
          listRuns(deps, { limit: RECENT_RUNS, status: ["completed", "failed", "cancelled"] }),
          countDocuments(deps),
          pickerOf(c, deps, "document_ids"),
          checkHealth(deps),
          totalsOf(deps, { since: startOfDay(new Date()) }),
          limitsOf(deps),
          readDefaultModel(deps),
        ])
      const page = HomePage({
        running,
        waiting,
        recent,
        health: { status: health.status, checks: describeChecks(health.checks) },
        today: { ...costOfAll([today]), budget_usd: limits.day ?? null },
        documents: documents.total,
        picker,
        model,
        presets: [...presets],
        ...frameOf(c),
      })
      return c.html(page)
    })
}

async function showHealth(c: Context, deps: RunDeps): Promise<Response> {
  const health = await checkHealth(deps)
  const { ready, reason } = deps.readiness
  const page = HealthPage({
    health,
    uptime_ms: process.uptime() * 1000,
    closed: ready ? undefined : reason,
    url: new URL("/health", c.req.url).href,
    ...frameOf(c),
  })
  return c.html(page, health.status === "unhealthy" ? 503 : 200)
}

const searchNotes = { lexical: "by words", hybrid: "by words and meaning" }

function describeChecks(
  checks: Health["checks"],
): Record<string, { status: string; note: string }> {
  const { database, event_bus, pgvector, disk_space, embeddings, providers } = checks
  const failing = Object.entries(providers).filter(([, { status }]) => status === "degraded")
  return {
    Database: { status: database.status, note: `${database.response_time_ms} ms` },
    Events: { status: event_bus.status, note: `${event_bus.queue_size} waiting` },
    pgvector: {
      status: pgvector.status,
      note: pgvector.installed ? "installed" : "not installed: search works by words only",
    },
    Disk: { status: disk_space.status, note: `${disk_space.free_gb ?? "?"} GB free` },
    Search: { status: embeddings.status, note: searchNotes[embeddings.mode] },
    ...Object.fromEntries(failing),
  }
}

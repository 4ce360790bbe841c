import { statfs } from "node:fs/promises"
import { setTimeout as delay } from "node:timers/promises"
import { sql } from "drizzle-orm"
import { standingOf } from "../../platform/shapes/provider-standing"
import { countAgents } from "../agents/service"
import { countDocuments } from "../documents/service"
import type { RunDeps } from "../runs/leases/supervisor"
import { countRuns } from "../runs/service"
import { totalsOf } from "../usage/service"
import { countWorkflows } from "../workflows/service"
import type { Health, HealthStatus, Metrics } from "./schema"

const GIGABYTE = 1024 ** 3
/** A database that takes longer is unusable. */
const PATIENCE_MS = 3000

/** Checks Amelia's dependencies. Never throws: one that doesn't answer is unhealthy. */
export async function checkHealth(deps: RunDeps): Promise<Health> {
  const [database, disk_space, providers] = await Promise.all([
    checkDatabase(deps),
    checkDisk(deps.config.home),
    checkProviders(deps),
  ])
  const { running, queue_size } = deps.events.stats()
  const checks: Health["checks"] = {
    database,
    event_bus: { status: running ? "healthy" : "unhealthy", running, queue_size },
    pgvector: { status: deps.pgvector ? "healthy" : "missing", installed: deps.pgvector },
    disk_space,
    embeddings: checkEmbeddings(deps),
    reranking: checkReranking(deps),
    providers,
  }
  return { status: overall(checks), timestamp: new Date().toISOString(), checks }
}

/** Unhealthy without a database or event bus; degraded if something else is missing. */
function overall(checks: Health["checks"]): HealthStatus {
  const { database, event_bus, pgvector, disk_space, providers } = checks
  if ([database.status, event_bus.status].includes("unhealthy")) return "unhealthy"
  const others = [disk_space, ...Object.values(providers)].map(({ status }) => status)
  return pgvector.status === "missing" || others.includes("degraded") ? "degraded" : "healthy"
}

async function checkDatabase({ db, database }: RunDeps): Promise<Health["checks"]["database"]> {
  const started = performance.now()
  const asked = db.execute(sql`select 1`).then(
    () => "healthy" as const,
    () => "unhealthy" as const,
  )
  const tooLate = delay(PATIENCE_MS, "unhealthy" as const, { ref: false })
  const status = await Promise.race([asked, tooLate])
  const response_time_ms = Math.round((performance.now() - started) * 100) / 100
  return { status, response_time_ms, description: database }
}

/** Healthy without a model too: search then works by words. */
function checkEmbeddings({ embeddings }: RunDeps): Health["checks"]["embeddings"] {
  const { status: state, model, mode, note, fix } = embeddings.state()
  return {
    status: state === "failed" ? "degraded" : "healthy",
    ...{ model: mode === "hybrid" ? model : null, mode, state, note, fix },
  }
}

/** Healthy without a model too: results then keep their order. */
function checkReranking({ reranker }: RunDeps): Health["checks"]["reranking"] {
  const { status: state, model, note } = reranker.state()
  const status = state === "failed" ? "degraded" : "healthy"
  return { status, model: state === "ready" ? model : null, state, note }
}

/** Sizes are null if they can't be read, for example if the home was deleted. */
async function checkDisk(home: string): Promise<Health["checks"]["disk_space"]> {
  const disk = await statfs(home).catch(() => undefined)
  if (!disk) return { status: "degraded", free_gb: null, total_gb: null, free_percent: null }
  const { bavail, blocks, bsize } = disk
  const free_percent = round((bavail / blocks) * 100)
  const status = free_percent < 5 ? "degraded" : free_percent < 10 ? "warning" : "healthy"
  const gigabytes = (count: number) => round((count * bsize) / GIGABYTE)
  return { status, free_gb: gigabytes(bavail), total_gb: gigabytes(blocks), free_percent }
}

async function checkProviders({ config, models }: RunDeps): Promise<Health["checks"]["providers"]> {
  const providers = await models.list()
  return Object.fromEntries(providers.map((it) => [it.name, standingOf(it, config)]))
}

export async function readMetrics(
  deps: RunDeps,
  uptime_s: number,
  delay_ms: number,
): Promise<Metrics> {
  const [byStatus, agents, documents, workflows, llm] = await Promise.all([
    countRuns(deps),
    countAgents(deps),
    countDocuments(deps),
    countWorkflows(deps),
    totalsOf(deps),
  ])
  const { queue_size, max_queue_size, dropped } = deps.events.stats()
  const { running = 0, completed = 0, failed = 0 } = byStatus
  return {
    agents: { running: deps.runs.runningSteps(), total: agents },
    workflows: { running, completed, failed, total: workflows },
    runs: byStatus,
    documents,
    event_bus: { queue_size, max_queue_size, dropped },
    llm: {
      calls: llm.calls,
      input_tokens: llm.inputTokens,
      output_tokens: llm.outputTokens,
      cost_usd: llm.unpriced > 0 ? null : llm.costUsd,
    },
    process: {
      rss_mb: round(process.memoryUsage.rss() / 1024 ** 2),
      uptime_s: round(uptime_s),
      event_loop_delay_ms: round(delay_ms),
    },
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

import type { EmbeddingStatus, RerankerStatus } from "../../engines/inference/schema"
import type { Standing } from "../../platform/shapes/provider-standing"

export type HealthStatus = "healthy" | "degraded" | "unhealthy"

export type Health = {
  status: HealthStatus
  timestamp: string
  checks: {
    database: { status: "healthy" | "unhealthy"; response_time_ms: number; description: string }
    event_bus: { status: "healthy" | "unhealthy"; running: boolean; queue_size: number }
    pgvector: { status: "healthy" | "missing"; installed: boolean }
    disk_space: {
      status: "healthy" | "warning" | "degraded"
      free_gb: number | null
      total_gb: number | null
      free_percent: number | null
    }
    /** `model` is set while it answers queries. Having none doesn't lower the overall status. */
    embeddings: {
      status: "healthy" | "degraded"
      model: string | null
      mode: "lexical" | "hybrid"
      state: EmbeddingStatus
      note: string
      fix: string | null
    }
    /** `model` is set while it orders results. Having none doesn't lower the overall status. */
    reranking: {
      status: "healthy" | "degraded"
      model: string | null
      state: RerankerStatus
      note: string
    }
    providers: Record<string, Standing>
  }
}

export type Metrics = {
  agents: { running: number; total: number }
  workflows: { running: number; completed: number; failed: number; total: number }
  runs: Record<string, number>
  documents: { total: number; indexed: number; total_size_mb: number; chunks: number }
  event_bus: { queue_size: number; max_queue_size: number; dropped: number }
  llm: { calls: number; input_tokens: number; output_tokens: number; cost_usd: number | null }
  process: { rss_mb: number; uptime_s: number; event_loop_delay_ms: number }
}

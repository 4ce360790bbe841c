import type { AgentRow } from "../../platform/db/schema/agents"
import type { AgentConfig } from "../../platform/shapes/agent"
import type { AgentResult, Run, RunNode } from "../runs/schema"
import type { Agent, AgentStatus } from "./schema"

/** An agent as a client sees it; how it stands is how its newest run stands. */
export function present(row: AgentRow, config: AgentConfig, run: Run | undefined): Agent {
  const work = run && workOf(run)
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    status: run ? statusOf(run) : "idle",
    progress: run?.progress ?? 0,
    message: work?.message ?? "",
    config,
    input: run?.input ?? null,
    output: work?.output ?? null,
    error: run?.errors[0]?.message ?? null,
    started_at: run?.started_at ?? null,
    completed_at: run?.completed_at ?? null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    version: row.version,
  }
}

export function presentResult(run: Run): AgentResult {
  const work = workOf(run)
  const until = run.completed_at === null ? Date.now() : Date.parse(run.completed_at)
  return {
    status: statusOf(run),
    output: work?.output ?? null,
    error: run.errors[0]?.message ?? null,
    started_at: run.started_at,
    completed_at: run.completed_at,
    duration_seconds: (until - Date.parse(run.started_at)) / 1000,
    metadata: {
      run_id: run.id,
      model: work?.model ?? null,
      usage: work?.usage ?? { input_tokens: 0, output_tokens: 0, calls: 0 },
      cost_usd: run.cost_usd,
      context_used: run.rag_context.length,
    },
  }
}

/** An agent's own run has one node. */
function workOf(run: Run): RunNode | undefined {
  return Object.values(run.nodes)[0]
}

function statusOf({ status, waiting }: Run): AgentStatus {
  switch (status) {
    case "waiting":
      // A provider's limit passes by itself, anything else needs a person.
      return waiting?.reason === "limit" ? "running" : "paused"
    case "interrupted":
      return "failed"
    default:
      return status
  }
}

import type { AgentRow } from "../../platform/db/schema/agents"
import type { AgentConfig } from "../../platform/shapes/agent"
import type { NewestRun } from "./run-history"
import type { Agent, AgentStatus } from "./schema"

/** Presents an agent to clients. Its status is that of its newest run. */
export function present(row: AgentRow, config: AgentConfig, run: NewestRun | undefined): Agent {
  const work = run && workOf(run)
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    status: run ? agentStatusOf(run) : "idle",
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

/** An agent's own run has one node. */
function workOf(run: NewestRun) {
  return Object.values(run.nodes)[0]
}

export function agentStatusOf({
  status,
  waiting,
}: Pick<NewestRun, "status" | "waiting">): AgentStatus {
  switch (status) {
    case "waiting":
      // A provider's limit passes by itself. Anything else needs a person.
      return waiting?.reason === "limit" ? "running" : "paused"
    case "interrupted":
      return "failed"
    default:
      return status
  }
}

import type { PlatformDeps } from "../../platform/deps"
import type { RunInput, RunStatus, Waiting } from "../../platform/shapes/run"

/** What a run tells about the agent or workflow that it is a run of. */
export type NewestRun = {
  status: RunStatus
  progress: number
  waiting: Waiting | null
  input: RunInput
  nodes: Record<string, { message: string; output: unknown }>
  errors: { message: string }[]
  started_at: string
  completed_at: string | null
}

/** Names the agent or workflow whose runs are meant. */
export type RunOwner = { agentId: string } | { workflowId: string }

/**
 * The runs of agents and workflows, as far as those need to know them. Agents and workflows sit
 * below runs, so runs/history.ts provides it.
 */
export type RunHistory = {
  /** The newest run of each, by the id of its agent or workflow. */
  newest(of: "agentId" | "workflowId", ids: string[]): Promise<Map<string, NewestRun>>
  /** Deletes all runs of one. Throws WorkflowStateError, naming `name`, if one is not over. */
  deleteAll(deps: Pick<PlatformDeps, "db">, of: RunOwner, name: string): Promise<void>
}

import type { DbDeps } from "../../platform/deps"
import type { RunInput, RunStatus, Waiting } from "../../platform/shapes/run"

/** The newest run of an agent or workflow, as far as agents and workflows need it. */
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

type RunOwner = { agentId: string } | { workflowId: string }

/** Provided by runs/history.ts, because agents and workflows sit below runs. */
export type RunHistory = {
  /** Returns the newest run of each agent or workflow, by its id. */
  newest(of: "agentId" | "workflowId", ids: string[]): Promise<Map<string, NewestRun>>
  /** Deletes all its runs. Throws WorkflowStateError, mentioning `name`, if one is not finished. */
  deleteAll(deps: DbDeps, of: RunOwner, name: string): Promise<void>
}

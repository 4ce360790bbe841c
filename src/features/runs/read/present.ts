import type {
  ArtifactRow,
  DecisionRow,
  LogRow,
  RunRow,
  StepRow,
} from "../../../platform/db/schema/runs"
import { type CallTotals, costOfAll } from "../../../platform/shapes/cost"
import type { RunStatus, StepStatus } from "../../../platform/shapes/run"
import type { WorkflowNode } from "../../../platform/shapes/workflow-node"
import { newestSteps } from "../engine/upstream"
import type { Artifact, ArtifactVersion, LogLine, Run, RunNode, Step } from "../schema"

/** The progress that a running step reports. Only its run's process knows it. */
export type Progress = { progress: number; message: string }

type RunParts = {
  steps: StepRow[]
  totals: Map<string, CallTotals>
  progress: Map<string, Progress>
  /** The budget from the settings, for a run without its own. */
  budgetUsd: number | undefined
}

/** Presents a run without its passages. The parts are of this run only. */
export function presentRun(row: RunRow, parts: RunParts): Run {
  const rows = newestSteps(parts.steps)
  const nodes: Record<string, RunNode> = {}
  for (const node of row.definition.nodes) {
    nodes[node.id] = presentNode(node, rows.get(node.id), parts, row.status)
  }
  const all = Object.values(nodes)
  const running = row.definition.nodes.find(({ id }) => isAtWork(nodes[id]))
  const outputs = [...rows.values()].filter(({ status }) => status === "completed")
  return {
    run_id: row.id,
    id: row.id,
    workflow_id: row.workflowId,
    agent_id: row.agentId,
    workflow_name: row.workflowName,
    status: row.status,
    progress: all.reduce((sum, { progress }) => sum + progress, 0) / Math.max(1, all.length),
    current_node: running?.id ?? null,
    nodes,
    shared_context: Object.fromEntries(outputs.map(({ node, output }) => [node, output])),
    rag_context: [],
    errors: errorsOf(row, parts.steps),
    waiting: row.waiting,
    pause_requested: row.pauseRequested,
    input: row.input,
    forked_from: row.forkedFrom,
    replay: row.recording && { of: row.recording.of, differences: row.recording.differences },
    graph_definition: row.definition,
    version: row.version,
    started_at: row.startedAt.toISOString(),
    completed_at: row.completedAt?.toISOString() ?? null,
    records_removed_at: row.recordsRemovedAt?.toISOString() ?? null,
    ...costOfAll(parts.totals.values()),
    budget_usd: row.budgetUsd ?? parts.budgetUsd ?? null,
  }
}

function presentNode(
  node: WorkflowNode,
  step: StepRow | undefined,
  parts: RunParts,
  run: RunStatus,
): RunNode {
  const total = parts.totals.get(node.id)
  const live = parts.progress.get(node.id)
  const status = step?.status ?? "pending"
  return {
    agent_name: node.name,
    status: status === "running" && run === "waiting" ? "waiting" : status,
    progress: isFinished(status) ? 1 : (live?.progress ?? 0),
    message: live?.message ?? "",
    input: step?.input ?? null,
    output: step?.output ?? null,
    error: step?.error ?? null,
    attempts: step?.attempt ?? 0,
    started_at: step?.startedAt?.toISOString() ?? null,
    completed_at: step?.completedAt?.toISOString() ?? null,
    model: step?.model ?? null,
    usage: {
      input_tokens: total?.inputTokens ?? 0,
      output_tokens: total?.outputTokens ?? 0,
      calls: total?.calls ?? 0,
    },
    cost_usd: total ? costOfAll([total]).cost_usd : null,
  }
}

function isAtWork(node: RunNode | undefined): boolean {
  return node?.status === "running" || node?.status === "waiting"
}

export function isFinished(status: StepStatus): boolean {
  return status !== "pending" && status !== "running"
}

export function presentStep(row: StepRow): Step {
  return { id: row.id, raw_output: row.rawOutput, ...stepFieldsOf(row) }
}

/** Returns what a run's steps show to clients and in an export. */
export function stepFieldsOf(row: StepRow) {
  return {
    node: row.node,
    iteration: row.iteration,
    map_index: row.mapIndex,
    attempt: row.attempt,
    status: row.status,
    output: row.output,
    error: row.error,
    started_at: row.startedAt?.toISOString() ?? null,
    completed_at: row.completedAt?.toISOString() ?? null,
  }
}

export function presentArtifact(row: ArtifactRow): Artifact {
  return {
    id: row.id,
    node: row.node,
    version: row.version,
    content: row.content,
    data: row.data,
    citations: row.citations,
    created_at: row.createdAt.toISOString(),
  }
}

/** Tells how a version was made from the decision about the one before. */
export function presentVersion(row: ArtifactRow, decisions: DecisionRow[]): ArtifactVersion {
  const made = decisions.findLast(
    ({ about, version, decision }) =>
      about === row.node &&
      version === row.version - 1 &&
      (decision === "edit" || decision === "request_changes"),
  )
  const origin = made ? (made.decision === "edit" ? "edit" : "revision") : "agent"
  return { ...presentArtifact(row), origin, feedback: made?.feedback ?? null }
}

export function presentLine({ id, at, level, node, message }: LogRow): LogLine {
  return { id, at: at.toISOString(), level, node, message }
}

function errorsOf(row: RunRow, steps: StepRow[]): Run["errors"] {
  const failed = steps.filter(({ status, tolerated }) => status === "failed" && !tolerated)
  const errors = failed.map(({ node, error, errorName }) => ({
    node,
    error: errorName ?? "AgentExecutionError",
    message: error ?? "",
  }))
  if (errors.length > 0 || row.error === null) return errors
  return [{ node: null, error: "InternalServerError", message: row.error }]
}

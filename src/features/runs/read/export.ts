import { version as amelia_version } from "../../../../package.json"
import type { ArtifactRow, DecisionRow, RunRow, StepRow } from "../../../platform/db/schema/runs"
import { workOf } from "../../../platform/shapes/workflow-node"
import { currentSettings } from "../../settings/service"
import { exchangesOf, hasBodies } from "../../usage/exchange"
import type { Exchange } from "../../usage/schema"
import { listAllArtifacts } from "../artifact-store"
import { snapshotOf } from "../engine/plan"
import { listDecisions } from "../gate-store"
import type { RunDeps } from "../leases/supervisor"
import { getRun, requireRun } from "../service"
import * as stepStore from "../step-store"
import { presentArtifact, stepFieldsOf } from "./present"
import { EXPORT_VERSION, type RunExport } from "./schema"

/** Returns a run as one file. Contains no keys: no row has any. */
export async function exportRun(deps: RunDeps, id: string): Promise<RunExport> {
  const { db } = deps
  const row = await requireRun(deps, id)
  const [run, calls, steps, decisions, artifacts] = await Promise.all([
    getRun(deps, id),
    exchangesOf(deps, id),
    stepStore.listSteps(db, [id]),
    listDecisions(db, id),
    listAllArtifacts(db, id),
  ])
  const usages = Object.values(run.nodes).map(({ usage }) => usage)
  const sum = (of: "calls" | "input_tokens" | "output_tokens") =>
    usages.reduce((all, usage) => all + usage[of], 0)
  const { started_at, completed_at } = run
  const duration = completed_at && (Date.parse(completed_at) - Date.parse(started_at)) / 1000
  return {
    format: "amelia-run",
    version: EXPORT_VERSION,
    amelia_version,
    exported_at: new Date().toISOString(),
    not_replayable: obstacleOf(row, calls),
    run: {
      id,
      workflow_id: row.workflowId,
      agent_id: row.agentId,
      workflow_name: row.workflowName,
      status: row.status,
      error: row.error,
      started_at,
      completed_at,
    },
    definition: row.definition,
    agents: agentsOf(await currentSettings(deps), row),
    input: row.input,
    steps: steps.map(stepOf),
    decisions: decisions.map(decisionOf),
    artifacts: artifacts.map(artifactOf),
    calls,
    totals: {
      calls: sum("calls"),
      input_tokens: sum("input_tokens"),
      output_tokens: sum("output_tokens"),
      cost_usd: run.cost_usd,
      duration_seconds: duration || null,
    },
  }
}

/** Returns why a run can't be replayed, or null. */
function obstacleOf({ recordsRemovedAt }: RunRow, calls: Exchange[]): string | null {
  if (recordsRemovedAt) return "Its model requests and answers were deleted because of their age."
  if (calls.every(hasBodies)) return null
  return "Its model requests and answers were not kept: RECORD_BODIES is false."
}

/** Includes bare roles as configured here, since other settings would make other requests. */
function agentsOf(
  settings: RunDeps["config"],
  { agents, definition }: RunRow,
): RunExport["agents"] {
  const works = definition.nodes.flatMap((node) => {
    const work = workOf(node)
    return work ? [{ ...work, name: work.agent }] : []
  })
  return Object.fromEntries(works.map((it) => [it.agent, snapshotOf(agents, it, settings)]))
}

function stepOf(row: StepRow): RunExport["steps"][number] {
  return {
    ...stepFieldsOf(row),
    tolerated: row.tolerated,
    model: row.model,
    input: row.input,
    error_name: row.errorName,
    copied: row.copied,
  }
}

function decisionOf(row: DecisionRow): RunExport["decisions"][number] {
  const { node, about, version, decision, feedback, copied, createdAt } = row
  return {
    ...{ node, about, version, decision, feedback, copied },
    created_at: createdAt.toISOString(),
  }
}

function artifactOf(row: ArtifactRow): RunExport["artifacts"][number] {
  const { id: _, ...artifact } = presentArtifact(row)
  return { ...artifact, map_index: row.mapIndex, copied: row.copied }
}

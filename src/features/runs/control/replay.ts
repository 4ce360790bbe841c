import { invalid } from "../../../platform/errors"
import { transact } from "../../../platform/events/transact"
import type { RecordedDecision } from "../../../platform/shapes/run"
import { workOf } from "../../../platform/shapes/workflow-node"
import { adoptExchanges, hasBodies } from "../../usage/exchange"
import { checkDefinition } from "../../workflows/definition"
import { adoptWorkflow } from "../../workflows/service"
import { type Done, insertDone } from "../engine/copies"
import type { RunDeps } from "../leases/supervisor"
import type { RunExport } from "../read/schema"
import type { Run } from "../schema"
import { getRun, storeRun } from "../service"
import { fingerprintsIn } from "./replay-output"

/**
 * Runs an exported run again from its recorded answers and decisions; nobody is asked. Creates the
 * exported workflow if it doesn't exist here. Throws ValidationError.
 */
export async function replayRun(deps: RunDeps, file: RunExport): Promise<Run> {
  const { run, input, agents } = file
  const definition = checkDefinition(file.definition)
  checkReplayable(file)
  const recording = {
    ...{ of: run.id, decisions: decisionsOf(file), differences: [] },
    fingerprints: fingerprintsIn(file),
  }
  const row = await transact(deps, async (deps, emit) => {
    // An agent has one run at a time, and the agent needn't exist here.
    const id = run.workflow_id ?? run.agent_id ?? run.id
    const name = run.workflow_name
    const { id: workflowId } = await adoptWorkflow(deps, { id, name, definition })
    const started = { workflowId, workflowName: name, definition, agents, input, recording }
    const row = await storeRun(deps, emit, started)
    await adoptExchanges(deps, row.id, file.calls)
    await insertDone(deps.db, row.id, doneIn(file))
    return row
  })
  deps.runs.launch(row)
  return getRun(deps, row.id)
}

function checkReplayable({
  not_replayable,
  calls,
  steps,
  artifacts,
  definition,
  agents,
}: RunExport) {
  if (not_replayable !== null || !calls.every(hasBodies)) {
    throw invalid("calls", not_replayable ?? "The export lacks some requests or answers.")
  }
  const known = new Set(definition.nodes.map(({ id }) => id))
  const keys = [
    ...steps.map(({ node, iteration, map_index }) => ["steps", node, iteration, map_index]),
    ...artifacts.map(({ node, map_index, version }) => ["artifacts", node, map_index, version]),
  ]
  const seen = new Set<string>()
  for (const parts of keys) {
    const [path = "", node] = parts.map(String)
    const key = JSON.stringify(parts)
    if (!known.has(node ?? "")) throw invalid(path, `There is no node "${node}" in the definition.`)
    if (seen.has(key)) throw invalid(path, `Two of the ${path} of "${node}" have the same key.`)
    seen.add(key)
  }
  const empty = artifacts.find(({ data }) => data === null || data === undefined)
  if (empty) throw invalid("artifacts", `An artifact of "${empty.node}" has no data.`)
  const missing = definition.nodes
    .flatMap((node) => workOf(node)?.agent ?? [])
    .find((agent) => !(agent in agents))
  if (missing) throw invalid("agents", `The export has no agent "${missing}".`)
}

/** Returns people's decisions. An edit comes with the version that it made. */
function decisionsOf({ decisions, artifacts }: RunExport): RecordedDecision[] {
  return decisions
    .filter(({ copied }) => !copied)
    .map(({ node, about, version, decision, feedback }) => {
      const said = { node, about, version, decision, feedback }
      if (decision !== "edit") return said
      const made = artifacts.find(
        (it) => it.node === about && it.map_index === null && it.version === version + 1,
      )
      if (!made)
        throw invalid("artifacts", `The export has no version ${version + 1} of "${about}".`)
      const { content, data, citations } = made
      return { ...said, made: { content, data, citations } }
    })
}

/** Returns the work that the exported run, if it is a fork, had copied itself. */
function doneIn({ steps, artifacts, decisions }: RunExport): Done {
  const isCopied = ({ copied }: { copied: boolean }) => copied
  return {
    steps: steps.filter(isCopied).map((it) => ({
      ...{ node: it.node, iteration: it.iteration, mapIndex: it.map_index, attempt: it.attempt },
      ...{ parked: 0, tolerated: it.tolerated, status: it.status, progress: 1, model: it.model },
      ...{ input: it.input, output: it.output, error: it.error, errorName: it.error_name },
      rawOutput: null,
      startedAt: it.started_at === null ? null : new Date(it.started_at),
      completedAt: it.completed_at === null ? null : new Date(it.completed_at),
    })),
    artifacts: artifacts
      .filter(isCopied)
      .map(({ map_index: mapIndex, copied: _, created_at: _at, ...it }) => ({ ...it, mapIndex })),
    decisions: decisions.filter(isCopied).map(({ copied: _, created_at: _at, ...it }) => it),
  }
}

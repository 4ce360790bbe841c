import { runRole } from "../agents/agent"
import type { Citation } from "../agents/citation"
import { createRecorder } from "../calls/recorder"
import type { RunDeps } from "../deps"
import { gatherContext } from "../search/context"
import type { WorkflowNode } from "../workflows/schema"
import type { ActiveRun } from "./active"
import { hold } from "./hold"
import { logStep } from "./log-store"
import { agentRef, runRef } from "./ref"
import { setupOf } from "./setup"
import * as store from "./store"
import type { StepRow } from "./table"

/** Passages that an agent reads, for a run that does not say. */
const TOP_K = 40

export type WorkResult = {
  /** What dependants get under the node's id, and clients as its output. */
  output: unknown
  input: unknown
  model: string
  artifact: { content: string; data: unknown; citations: Citation[] }
}

/** One attempt at an agent's step: retrieves, asks, checks and renders. Stores only its calls. */
export async function doAgentWork(
  deps: RunDeps,
  run: ActiveRun,
  node: WorkflowNode,
  step: StepRow,
  signal: AbortSignal,
): Promise<WorkResult> {
  const { input } = run.row
  const { role, temperature, max_tokens, document_ids, ...setup } = setupOf(
    run.row,
    node,
    deps.config,
  )
  const place = { runId: run.row.id, node: node.id, iteration: step.iteration }
  const attempt = { mapIndex: step.mapIndex, attempt: step.attempt }
  const recorder = createRecorder(deps, { ...place, ...attempt }, (db) => hold(db, run))
  const report = (progress: number, message: string) => {
    run.progress.set(node.id, { progress, message })
    const whole = runRef(run.row)
    if (whole) {
      const data = { ...whole, progress: progressOf(run) }
      deps.events.publish({ type: "workflow.progress", data })
    }
    deps.events.publish({
      type: "agent.progress",
      data: { ...agentRef(run.row, node), progress, message },
    })
  }

  report(0.01, `${node.name}: reading the documents`)
  const search = { query: input.query, top_k: input.rag_top_k ?? TOP_K, document_ids }
  const passages = await recorder.retrieve(search, (search) => gatherContext(deps, search))
  const upstream = await outputsOf(deps, run, node)
  const model = await deps.models.resolve(setup.model)
  await deps.db.transaction(async (tx) => {
    await hold(tx, run)
    await store.updateStep(tx, step.id, { model: model.id })
    const asks = model.id === "offline" ? "works by rules, without a model" : `asks ${model.id}`
    const found = `found ${passages.length} passages to read`
    await logStep(tx, run.row, node, "INFO", [found, asks])
  })
  const result = await runRole(role, {
    query: input.query,
    passages,
    upstream,
    instructions: node.prompt,
    onProgress: report,
    onRepair: (why) => {
      const said = `the answer can't be used (${why}) and is asked for once more`
      return logStep(deps.db, run.row, node, "WARNING", [said])
    },
    ask: (question, onDelta) =>
      recorder.ask(
        model,
        { ...question, model: model.model, max_tokens, temperature },
        { signal, onDelta },
      ),
  })
  return {
    output: result.data,
    input: { query: input.query, dependencies: node.dependencies, passages: passages.length },
    model: model.id,
    artifact: { content: result.content, data: result.data, citations: result.citations },
  }
}

/** How far the whole run is, 0..1, by the steps that have ended and those that run. */
function progressOf({ row, finished, progress }: ActiveRun): number {
  const running = [...progress.values()].reduce((sum, step) => sum + step.progress, 0)
  return (finished.size + running) / row.definition.nodes.length
}

/**
 * What the node's dependencies made, by their ids. In their order, not in that in which they
 * happened to end, so that the same run asks the same again.
 */
async function outputsOf(deps: RunDeps, run: ActiveRun, { dependencies }: WorkflowNode) {
  if (dependencies.length === 0) return {}
  const made = await store.listArtifacts(deps.db, run.row.id, dependencies)
  const upstream = dependencies.flatMap((id) => made.find(({ node }) => node === id) ?? [])
  return Object.fromEntries(upstream.map(({ node, content, data }) => [node, { content, data }]))
}

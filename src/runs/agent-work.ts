import { runRole } from "../agents/agent"
import type { RunDeps } from "../deps"
import { currentSettings } from "../settings/service"
import { together } from "../together"
import type { ActiveRun } from "./active"
import { doClaudeWork } from "./claude-work"
import { logStep } from "./log-store"
import { gather, lookIn } from "./look"
import { modelFor, recorderFor } from "./recorder"
import { reporter } from "./report"
import { setupOf } from "./setup"
import type { StepResult } from "./step-records"
import * as stepStore from "./step-store"
import type { StepRow } from "./table"
import { instructionsOf, type Task } from "./task"
import { artifactsFor } from "./upstream"

/** Passages that an agent reads, for a run that does not say. */
const TOP_K = 40

/** One attempt at an agent's step: retrieves, asks, checks and renders. Stores only its calls. */
export async function doAgentWork(
  deps: RunDeps,
  run: ActiveRun,
  task: Task,
  step: StepRow,
  signal: AbortSignal,
): Promise<StepResult> {
  const { input } = run.row
  const { node } = task
  const place = { runId: run.row.id, node: node.id, iteration: step.iteration }
  const attempt = { mapIndex: step.mapIndex, attempt: step.attempt }
  const [settings, upstream, recorder] = await Promise.all([
    currentSettings(deps),
    artifactsFor(deps.db, run.row, node),
    recorderFor(deps, run, { ...place, ...attempt }),
  ])
  const { role, temperature, max_tokens, document_ids, ...setup } = setupOf(run.row, task, settings)
  if (!role) return doClaudeWork(deps, run, task, step, signal)
  const report = reporter(deps, run, task)

  report(0.01, `${node.name}: reading the documents`)
  const search = { query: input.query, top_k: input.rag_top_k ?? TOP_K, document_ids }
  const model = await modelFor(deps, run, { ...place, ...attempt }, setup.model)
  const asks = model.id === "offline" ? "works by rules, without a model" : `asks ${model.id}`
  const passages = await recorder.retrieve(
    search,
    (search) => gather(deps, search),
    (db, { length }) =>
      together([
        stepStore.updateStep(db, step.id, { model: model.id }),
        logStep(db, run.row, node, "INFO", [`found ${length} passages to read`, asks]),
      ]),
  )
  const say = (line: string) => logStep(deps.db, run.row, node, "INFO", [line])
  const mayLook = setup.search_documents && model.provider.tools
  const result = await runRole(role, {
    query: input.query,
    passages,
    upstream,
    instructions: instructionsOf(task),
    search: mayLook ? lookIn(document_ids, recorder, say, deps, signal) : undefined,
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
  }).catch(async (error) => {
    await recorder.flush()
    throw error
  })
  return {
    answer: recorder.take(),
    output: result.data,
    input: { query: input.query, dependencies: node.dependencies, passages: passages.length },
    model: model.id,
    made: { content: result.content, data: result.data, citations: result.citations },
  }
}

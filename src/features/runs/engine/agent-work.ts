import type { SQL } from "drizzle-orm"
import { roleOf } from "../../../engines/roles/roles"
import type { Config } from "../../../platform/config/config"
import type { StepRow } from "../../../platform/db/schema/runs"
import { runRole } from "../../agents/agent"
import { currentSettings } from "../../settings/service"
import type { StepDeps } from "../deps"
import { logging, logStep } from "../log-store"
import * as stepStore from "../step-store"
import type { ActiveRun } from "./active"
import { doClaudeWork } from "./claude-work"
import { gather, lookIn } from "./look"
import { modelFor, recorderFor } from "./recorder"
import { reporter } from "./report"
import { setupOf } from "./setup"
import type { Begun, StepResult } from "./step-records"
import { instructionsOf, type Task } from "./task"
import { artifactsFor } from "./upstream"

/** Passages that an agent reads, for a run that does not say. */
const TOP_K = 40

/** What an attempt works from. */
export type Prepared = Awaited<ReturnType<typeof prepare>>

/** Reads what an attempt at a step needs. With `beginning` it is the first at a step that begins. */
export async function prepare(
  deps: StepDeps,
  run: ActiveRun,
  task: Task,
  { attempt }: { attempt: number },
  beginning?: Promise<Begun | undefined>,
) {
  const { node, iteration, mapIndex } = task
  const of = { runId: run.row.id, node: node.id, iteration, mapIndex, attempt }
  // Of a first attempt nothing is recorded yet, unless it is a replay's.
  const isNew = beginning !== undefined && !run.row.recording
  // The search needs no permission, so it need not wait until the beginning is stored.
  const reads = isNew && !run.hasGap && roleOf(setupOf(run.row, task, deps.config).agent)
  const found = reads ? gather(deps, searchOf(run, task, deps.config)) : undefined
  found?.catch(() => {})
  const [begun, upstream, recorder] = await Promise.all([
    beginning ?? currentSettings(deps).then((settings) => ({ settings })),
    artifactsFor(deps.db, run.row, node),
    recorderFor(deps, run, of, isNew),
  ])
  return { of, settings: begun?.settings ?? deps.config, upstream, recorder, found }
}

/** What an agent's step looks for before it asks. */
function searchOf({ row }: ActiveRun, task: Task, settings: Config) {
  const { document_ids } = setupOf(row, task, settings)
  const { query, rag_top_k: top_k = TOP_K } = row.input
  return { query, top_k, document_ids }
}

/** One attempt at an agent's step: retrieves, asks, checks and renders. Stores only its calls. */
export async function doAgentWork(
  deps: StepDeps,
  run: ActiveRun,
  task: Task,
  step: StepRow,
  { of, settings, upstream, recorder, found }: Prepared,
  signal: AbortSignal,
): Promise<StepResult> {
  const { input } = run.row
  const { node } = task
  const { agent, temperature, max_tokens, ...setup } = setupOf(run.row, task, settings)
  const role = roleOf(agent)
  if (!role) return doClaudeWork(deps, run, task, step, signal)
  const report = reporter(deps, run, task)

  report(0.01, `${node.name}: reading the documents`)
  const search = searchOf(run, task, settings)
  const model = await modelFor(deps, run, of, setup.model)
  const asks = model.id === "offline" ? "works by rules, without a model" : `asks ${model.id}`
  const passages = await recorder.retrieve(
    search,
    (search) => found ?? gather(deps, search),
    ({ length }) =>
      (isEnd) =>
      (when) => [
        ...(isEnd ? [] : [stepStore.stepUpdate(step.id, { model: model.id }, when)]),
        logging(run.row, node, "INFO", [`found ${length} passages to read`, asks], when),
      ],
  )
  const say = (line: string, when: SQL) => logging(run.row, node, "INFO", [line], when)
  const mayLook = setup.search_documents && model.provider.tools
  const result = await runRole(role, {
    query: input.query,
    passages,
    upstream,
    instructions: instructionsOf(task),
    search: mayLook ? lookIn(search.document_ids, recorder, say, deps, signal) : undefined,
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
    recordBodies: settings.recordBodies,
    output: result.data,
    input: { query: input.query, dependencies: node.dependencies, passages: passages.length },
    model: model.id,
    made: { content: result.content, data: result.data, citations: result.citations },
  }
}

import type { StepRow } from "../../../platform/db/schema/runs"
import { transact } from "../../../platform/events/transact"
import { runRole } from "../../agents/agent"
import { recordCall } from "../../usage/record-call"
import type { StepDeps } from "../deps"
import { logStep } from "../log-store"
import * as stepStore from "../step-store"
import type { ActiveRun } from "./active"
import { doClaudeWork } from "./claude-work"
import { hold } from "./hold"
import { gather, lookIn } from "./look"
import { instructionsOf, type StepPlan } from "./plan"
import { modelFor, recorderFor } from "./recorder"
import { reporter, writer } from "./report"
import type { StepResult } from "./result"
import { artifactsFor } from "./upstream"

/** Rules read far more than fits into a prompt, so that a long document isn't a sample of itself. */
const TOP_K_OF_RULES = 250

/**
 * One attempt at an agent's step: searches, asks the model, checks and renders its answer. Stores
 * only its calls and what the log tells of them.
 */
export async function doAgentWork(
  deps: StepDeps,
  run: ActiveRun,
  plan: StepPlan,
  step: StepRow,
  signal: AbortSignal,
): Promise<StepResult> {
  const { node, role, temperature, max_tokens } = plan
  if (!role) return doClaudeWork(deps, run, plan, step, signal)
  const report = reporter(deps, run, plan)
  const written = writer(deps, run, plan)
  report(0.01, `${node.name}: reading the documents`)
  const [recorder, model, upstream] = await Promise.all([
    recorderFor(deps, run, step),
    modelFor(deps, run, step, plan.model),
    artifactsFor(deps.db, run.row, node),
  ])
  const isOffline = model.id === "offline"
  const top_k = run.row.input.rag_top_k ?? (isOffline ? TOP_K_OF_RULES : plan.search.top_k)
  const search = { ...plan.search, top_k }
  const asks = isOffline ? "works by rules, without a model" : `asks ${model.id}`
  const passages = await recorder.retrieve(
    search,
    (search) => gather(deps, search),
    (call, { length }) =>
      transact(deps, async (deps, emit) => {
        await Promise.all([
          hold(deps.db, run),
          recordCall(deps, call, emit),
          stepStore.updateStep(deps.db, step, { model: model.id }),
          logStep(deps.db, run.row, node, "INFO", [`found ${length} passages to read`, asks]),
        ])
      }),
  )
  const mayLook = plan.search_documents && model.provider.tools
  const result = await runRole(role, {
    query: search.query,
    passages,
    upstream,
    instructions: instructionsOf(plan),
    search: mayLook ? lookIn(deps, run, plan, recorder, signal) : undefined,
    onProgress: report,
    onRepair: (why) => {
      const line = `the answer can't be used (${why}) and is asked for once more`
      return logStep(deps.db, run.row, node, "WARNING", [line])
    },
    ask: (question, onDelta) => {
      written.begin()
      const request = { ...question, model: model.model, max_tokens, temperature }
      const onText = (text: string) => {
        onDelta(text)
        written.add(text)
      }
      return recorder.ask(model, request, { signal, onDelta: onText })
    },
  }).catch(async (error) => {
    await recorder.flush()
    throw error
  })
  return {
    answer: recorder.take(),
    output: result.data,
    input: { query: search.query, dependencies: node.dependencies, passages: passages.length },
    model: model.id,
    made: { content: result.content, data: result.data, citations: result.citations },
  }
}

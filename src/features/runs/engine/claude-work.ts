import { type AgentSession, agentArguments } from "../../../engines/models/claude-code/arguments"
import { type ClaudeCode, claudeCode } from "../../../engines/models/claude-code/program"
import { type Line, textIn, toolsIn } from "../../../engines/models/claude-code/protocol"
import {
  runSession,
  type SessionOptions,
  type SessionResult,
} from "../../../engines/models/claude-code/run"
import { agentPolicy, cacheVariables } from "../../../engines/models/claude-code/sandbox"
import { redact } from "../../../engines/models/failure"
import { promptFor } from "../../../engines/roles/prompt"
import { numberSources } from "../../../engines/roles/sources"
import type { StepRow } from "../../../platform/db/schema/runs"
import { changedSince, stateOf } from "../../../platform/git/changes"
import { standardSession } from "../../../platform/shapes/agent"
import type { LogLevel } from "../../../platform/shapes/run"
import { renderSession, type SessionOutput, toolText } from "../../agents/session"
import { ownSettings } from "../../git/session"
import { budgetLeft } from "../../usage/budget-service"
import { requireRepository, sessionOf } from "../control/repository"
import type { StepDeps } from "../deps"
import { logStep } from "../log-store"
import * as stepStore from "../step-store"
import type { ActiveRun } from "./active"
import { hold } from "./hold"
import { gather } from "./look"
import { instructionsOf, type StepPlan } from "./plan"
import { modelFor, recorderFor } from "./recorder"
import { reporter, writer } from "./report"
import type { StepResult } from "./result"
import { artifactsFor } from "./upstream"

/** A model that thinks says nothing; while a tool runs there is no such limit. */
const IDLE_TIMEOUT_MS = 180_000
const TASK = "Do what the request asks, in the repository that you are in."

/** How a session went, with what it changed. */
type Session = SessionResult & { files_changed: string[] }

/**
 * One attempt at a step of Claude Code: a session of its own in the run's repository, recorded as one
 * call. Changes of an earlier attempt stay in the repository, and the log says so.
 */
export async function doClaudeWork(
  deps: StepDeps,
  run: ActiveRun,
  plan: StepPlan,
  step: StepRow,
  signal: AbortSignal,
): Promise<StepResult> {
  const { node, agent, search } = plan
  const { recording } = run.row
  const { query, resume: resumedRun } = run.row.input
  // A replay works in no repository, so it may be a replay of another machine's run.
  const repo = recording
    ? (run.row.input.repo ?? "")
    : await requireRepository(deps, run.row.input.repo)
  const { permission_mode, allowed_tools, max_turns } = { ...standardSession, ...agent }
  const [recorder, model, upstream] = await Promise.all([
    recorderFor(deps, run, step),
    modelFor(deps, run, step, plan.model),
    artifactsFor(deps.db, run.row, node),
  ])
  // It reads the repository, unless someone chose documents.
  const passages = search.document_ids
    ? await recorder.retrieve(search, (search) => gather(deps, search))
    : []
  const material = { query, sources: numberSources(passages), upstream }
  const instructions = instructionsOf(plan)
  const isBare = !instructions && passages.length === 0 && node.dependencies.length === 0
  const prompt = isBare ? query : promptFor({ ...material, instructions }, TASK)
  // The session that made a version is told what a person wants changed in it.
  const before = plan.revision ? run.row.id : resumedRun
  const resume = before && !recording ? await sessionOf(deps, before, plan) : undefined

  const id = crypto.randomUUID()
  const input = { query, repo, session_id: id, ...(resumedRun && { resume: resumedRun }) }
  const watched = watch(deps, run, plan)
  const asked = { prompt, repo, permission_mode, allowed_tools, max_turns, resume: resumedRun }
  const call = { provider: model.provider.name, model: model.model, request: asked }
  const session = await recorder
    .perform<Session>(call, async () => {
      const beginning = { input, model: model.id, resume: resume?.session_id }
      await beginSession(deps, run, plan, step, beginning)
      const wanted = {
        ...{ id, model: model.model, system: agent.system_prompt },
        ...{ permission_mode, allowed_tools, max_turns },
        ...(resume && { resume: resume.session_id }),
        max_budget_usd: await budgetLeft(deps, run.row.id),
      }
      const options = { prompt, cwd: repo, model: model.model, signal, onLine: watched.onLine }
      return sessionIn(deps, wanted, options, watched.tell)
    })
    .finally(watched.told)
  // A session that was recorded before a crash has another id.
  const { session_id } = session
  const result = resultOf(session, { repo, input: { ...input, session_id }, model: model.id })
  return { ...result, answer: recorder.take() }
}

/** Returns the sandbox for a session, if it gets one, and the variables that it needs there. */
async function confinement({ config, sandboxes }: StepDeps, program: ClaudeCode, repo: string) {
  const sandbox = await sandboxes.confine(() => agentPolicy(program, repo, config))
  return sandbox ? { sandbox, env: cacheVariables(program) } : {}
}

/** Runs a session and returns what it changed. If it fails, the log says what it changed. */
async function sessionIn(
  deps: StepDeps,
  session: Omit<AgentSession, "trusted">,
  options: Omit<SessionOptions, "args" | "env" | "idle_timeout_ms">,
  tell: (level: LogLevel, said: string) => void,
) {
  const { config } = deps
  const program = claudeCode(config)
  const before = await stateOf(options.cwd, config.programEnv)
  const confined = await confinement(deps, program, options.cwd)
  const { trusted, variables, said } = await ownSettings(deps, options.cwd)
  for (const each of said) tell("INFO", each)
  const more = {
    ...{ args: agentArguments({ ...session, trusted }), idle_timeout_ms: IDLE_TIMEOUT_MS },
    ...{ ...confined, env: { ...confined.env, ...variables } },
  }
  try {
    const ended = await runSession(program, { ...options, ...more })
    const { usage, cost_usd, request_id: requestId } = ended
    const files_changed = await changedSince(before, config.programEnv)
    return {
      response: { ...ended, text: redact(ended.text), files_changed },
      usage,
      cost_usd,
      requestId,
    }
  } catch (error) {
    const changed = await changedSince(before, config.programEnv)
    if (changed.length > 0) tell("WARNING", `has changed what stays so: ${changed.join(", ")}`)
    throw error
  }
}

function resultOf(
  session: Session,
  { repo, ...of }: Pick<StepResult, "input" | "model"> & { repo: string },
): StepResult {
  const { text: summary, files_changed, num_turns, session_id } = session
  const { permission_denials, cost_usd } = session
  const told = { num_turns, session_id, permission_denials, cost_usd }
  const output: SessionOutput = { summary, repo, files_changed, ...told }
  return {
    ...{ output, ...of },
    made: { content: renderSession(output), data: output, citations: [] },
  }
}

type Beginning = { input: object; model: string; resume: string | undefined }

/** Stores the new session before it changes anything, and logs an earlier one that didn't end. */
function beginSession(
  deps: StepDeps,
  run: ActiveRun,
  { node }: StepPlan,
  step: StepRow,
  { input, model, resume }: Beginning,
): Promise<void> {
  const cut = Object(step.input).session_id
  return deps.db.transaction(async (tx) => {
    await hold(tx, run)
    await stepStore.updateStep(tx, step, { model, input })
    if (typeof cut === "string") {
      const said = `session ${cut} did not end well: it is left, with what it changed, and a new one begins`
      await logStep(tx, run.row, node, "WARNING", [said])
    }
    const how = resume ? `goes on from session ${resume}` : "begins a session"
    await logStep(tx, run.row, node, "INFO", [`${how}, with ${model}`])
  })
}

/** Turns a session's messages into progress and log lines, in their order. */
function watch(deps: StepDeps, run: ActiveRun, plan: StepPlan) {
  const { node } = plan
  const report = reporter(deps, run, plan)
  const written = writer(deps, run, plan)
  written.begin()
  let turns = 0
  let told = Promise.resolve()
  const tell = (level: LogLevel, said: string) => {
    told = told
      .then(() => logStep(deps.db, run.row, node, level, [redact(said)]))
      .catch((err) => deps.log.warn({ module: "runs", event: "run.untold", err }))
  }
  const progress = (doing: string) => report(0.95 - 0.93 * Math.exp(-turns / 15), doing)
  const onLine = (line: Line) => {
    if (line.type === "assistant") {
      turns += 1
      const text = textIn(line)
      if (text) written.add(`${redact(text)}\n\n`)
      const uses = toolsIn(line).map(({ name, input }) =>
        redact(toolText({ tool_name: name, tool_input: input })),
      )
      for (const use of uses) tell("INFO", `uses ${use}`)
      progress(`${node.name}: ${uses[0] ?? "writing"}`)
    }
    if (line.type !== "system") return
    if (line.subtype === "init") progress(`${node.name}: waiting for the model`)
    if (line.subtype === "permission_denied") {
      tell("WARNING", `was not allowed to use ${line.tool_name}: see allowed_tools`)
    }
    if (line.subtype === "api_retry") {
      const seconds = Math.ceil(line.retry_delay_ms / 1000)
      const status = line.error_status ? ` with ${line.error_status}` : ""
      tell("WARNING", `waits ${seconds} s, since the API failed${status}`)
    }
  }
  return { onLine, tell, told: () => told }
}

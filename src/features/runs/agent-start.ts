import { AppError, type ErrorName } from "../../platform/errors"
import type { EventStream } from "../../platform/events/hub"
import { agentStatusOf } from "../agents/present"
import type { Agent } from "../agents/schema"
import { getAgent } from "../agents/service"
import { exceededBudgetOf } from "../usage/budget-service"
import { changeNewestRun } from "./control/verbs"
import type { RunDeps } from "./leases/supervisor"
import type { AgentResult, AgentStart, Run } from "./schema"
import { getRun, listSteps, startAgentRun } from "./service"

/** Errors that tell a caller why an agent failed. Any other is an AgentExecutionError. */
const tellingErrors: ErrorName[] = [
  "AgentTimeoutError",
  "LLMAPIError",
  "BudgetExceededError",
  "ServiceUnavailableError",
]

const ENDS = ["agent.completed", "agent.failed", "agent.cancelled"]

/** Starts an agent in the background. Throws what `startAgentRun` throws. */
export async function startAgent(deps: RunDeps, id: string, given: AgentStart): Promise<Run> {
  return startAgentRun(deps, await getAgent(deps, id), given)
}

/**
 * Starts an agent and waits for its end, or until `signal` aborts; the run goes on then. Throws
 * what ended it: AgentTimeoutError, LLMAPIError, BudgetExceededError, ServiceUnavailableError for a
 * provider that is down, or AgentExecutionError, with `details.run_id` and, for an unusable answer,
 * `details.raw_output`.
 */
export async function runAgent(
  deps: RunDeps,
  id: string,
  given: AgentStart,
  signal: AbortSignal,
): Promise<AgentResult> {
  // Listened to from before the start on, so that no end is too quick to be heard.
  const ends = deps.events.subscribe({ agentId: id, types: ENDS })
  const leave = () => ends.end()
  signal.addEventListener("abort", leave, { once: true })
  try {
    const { id: runId } = await startAgent(deps, id, given)
    await heard(ends, runId)
    const run = await getRun(deps, runId)
    if (run.status === "failed") throw await failureOf(deps, run)
    if (run.completed_at !== null) return presentResult(run)
    const sentence = "The server is shutting down. The run continues when it starts again."
    throw new AppError("ServiceUnavailableError", sentence, { run_id: runId })
  } finally {
    signal.removeEventListener("abort", leave)
    ends.end()
  }
}

/** Cancels the agent's unfinished run. Throws WorkflowStateError if it has none. */
export async function stopAgent(deps: RunDeps, id: string): Promise<Agent> {
  await getAgent(deps, id)
  await changeNewestRun(deps, { agentId: id }, "cancel")
  return getAgent(deps, id)
}

/** Waits until this run ends or the events stop. */
async function heard(ends: EventStream, runId: string): Promise<void> {
  for await (const { data } of ends) if ("run_id" in data && data.run_id === runId) return
}

async function failureOf(deps: RunDeps, run: Run): Promise<AppError> {
  const [first] = run.errors
  const raw_output = (await listSteps(deps, run.id)).find((step) => step.raw_output)?.raw_output
  const name = tellingErrors.find((name) => name === first?.error) ?? "AgentExecutionError"
  const why = name === "BudgetExceededError" ? await exceededBudgetOf(deps, run.id) : {}
  const ids = { run_id: run.id, agent_id: run.agent_id }
  const details = { ...why, ...ids, ...(raw_output ? { raw_output } : {}) }
  return new AppError(name, first?.message ?? "The agent failed.", details)
}

function presentResult(run: Run): AgentResult {
  // An agent's own run has one node.
  const [work] = Object.values(run.nodes)
  const until = run.completed_at === null ? Date.now() : Date.parse(run.completed_at)
  return {
    status: agentStatusOf(run),
    output: work?.output ?? null,
    error: run.errors[0]?.message ?? null,
    started_at: run.started_at,
    completed_at: run.completed_at,
    duration_seconds: (until - Date.parse(run.started_at)) / 1000,
    metadata: {
      run_id: run.id,
      model: work?.model ?? null,
      usage: work?.usage ?? { input_tokens: 0, output_tokens: 0, calls: 0 },
      cost_usd: run.cost_usd,
      context_used: run.rag_context.length,
    },
  }
}

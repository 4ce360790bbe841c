import { AppError, type ErrorName } from "../../platform/errors"
import type { EventStream } from "../../platform/events/hub"
import type { RunDeps } from "../runs/leases/supervisor"
import type { AgentResult, AgentStart, Run } from "../runs/schema"
import { getRun, listSteps, startAgentRun } from "../runs/service"
import { exceededBudgetOf } from "../usage/budget-service"
import { presentResult } from "./present"
import { getAgent } from "./service"

const ENDS = ["agent.completed", "agent.failed", "agent.cancelled"]

/** Starts an agent in the background; see `startAgentRun` for what is refused. */
export async function startAgent(deps: RunDeps, id: string, given: AgentStart): Promise<Run> {
  return startAgentRun(deps, await getAgent(deps, id), given)
}

/**
 * Starts an agent and waits for its end, or until `signal` aborts because nobody waits any more;
 * the run goes on then. A failure throws AgentTimeoutError, LLMAPIError, BudgetExceededError or
 * AgentExecutionError with `details.run_id`; of an answer that could not be used also
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
    const sentence = "The server ends; the run goes on at its next start."
    throw new AppError("ServiceUnavailableError", sentence, { run_id: runId })
  } finally {
    signal.removeEventListener("abort", leave)
    ends.end()
  }
}

/** Waits for the end of this run, or that of the events. */
async function heard(ends: EventStream, runId: string): Promise<void> {
  for await (const { data } of ends) if ("run_id" in data && data.run_id === runId) return
}

async function failureOf(deps: RunDeps, run: Run): Promise<AppError> {
  const [first] = run.errors
  const raw_output = (await listSteps(deps, run.id)).find((step) => step.raw_output)?.raw_output
  const known: ErrorName[] = ["AgentTimeoutError", "LLMAPIError", "BudgetExceededError"]
  const name = known.find((name) => name === first?.error) ?? "AgentExecutionError"
  const why = name === "BudgetExceededError" ? await exceededBudgetOf(deps, run.id) : {}
  const ids = { run_id: run.id, agent_id: run.agent_id }
  const details = { ...why, ...ids, ...(raw_output ? { raw_output } : {}) }
  return new AppError(name, first?.message ?? "The agent failed.", details)
}

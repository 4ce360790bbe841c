import type { z } from "zod"
import type { Agent, AgentChange, AgentInput } from "../../features/agents/schema"
import type { RunExport } from "../../features/runs/read/schema"
import type {
  AgentResult,
  AgentStart,
  Artifact,
  ArtifactVersion,
  Checkpoint,
  Comparison,
  ForkInput,
  GateInput,
  ResumeInput,
  Run,
  RunVerb,
  StartInput,
  Step,
} from "../../features/runs/schema"
import type { Call } from "../../features/usage/schema"
import type {
  Preset,
  Workflow,
  workflowChange,
  workflowInput,
} from "../../features/workflows/schema"
import type { RunStatus } from "../../platform/shapes/run"
import { lookUntil } from "./events"
import { type Endpoint, type Page, requestsTo, route } from "./http"

/** A workflow as written by users: fields with a default are optional. */
export type NewWorkflow = z.input<typeof workflowInput>

export function agentClient(endpoint: Endpoint) {
  const { get, post, patch, remove } = requestsTo(endpoint)
  return {
    listAgents: (page?: Page) => get<Agent[]>("/api/agents", page),
    createAgent: (input: AgentInput) => post<Agent>("/api/agents", input),
    getAgent: (id: string) => get<Agent>(route`/api/agents/${id}`),
    updateAgent: (id: string, change: AgentChange) =>
      patch<Agent>(route`/api/agents/${id}`, change),
    deleteAgent: (id: string) => remove(route`/api/agents/${id}`),
    /** Waits until the agent is done. */
    runAgent: (id: string, start: AgentStart) =>
      post<AgentResult>(route`/api/agents/${id}/start`, start),
    startAgent: (id: string, start: AgentStart) =>
      post<Run>(route`/api/agents/${id}/start?wait=false`, start),
    stopAgent: (id: string) => post<Agent>(route`/api/agents/${id}/stop`),
    listAgentLogs: (id: string, page?: Page) => get<string[]>(route`/api/agents/${id}/logs`, page),
    listAgentRuns: (id: string, page?: Page) => get<Run[]>(route`/api/agents/${id}/runs`, page),
  }
}

export function workflowClient(endpoint: Endpoint) {
  const { get, post, patch, remove } = requestsTo(endpoint)
  return {
    listWorkflows: (page?: Page) => get<Workflow[]>("/api/workflows", page),
    listPresets: () => get<Preset[]>("/api/workflows/presets"),
    createWorkflow: (input: NewWorkflow) => post<Workflow>("/api/workflows", input),
    getWorkflow: (id: string) => get<Workflow>(route`/api/workflows/${id}`),
    updateWorkflow: (id: string, change: z.input<typeof workflowChange>) =>
      patch<Workflow>(route`/api/workflows/${id}`, change),
    deleteWorkflow: (id: string) => remove(route`/api/workflows/${id}`),
    startWorkflow: (id: string, input: StartInput["input"], more: Omit<StartInput, "input"> = {}) =>
      post<Run>(route`/api/workflows/${id}/start`, { input, ...more }),
  }
}

export function runClient(endpoint: Endpoint) {
  const { get, post, remove } = requestsTo(endpoint)
  const getRun = (id: string) => get<Run>(route`/api/runs/${id}`)
  return {
    getRun,
    listRuns: (page?: Page) => get<Run[]>("/api/runs", page),
    changeRun: (id: string, verb: RunVerb, version?: number) =>
      post<Run>(route`/api/runs/${id}/${verb}`, { version }),
    /** `budget_usd` raises the budget of a run that waits for money. */
    resumeRun: (id: string, input: ResumeInput = {}) =>
      post<Run>(route`/api/runs/${id}/resume`, input),
    deleteRun: (id: string) => remove(route`/api/runs/${id}`),
    listSteps: (id: string) => get<Step[]>(route`/api/runs/${id}/steps`),
    listArtifacts: (id: string) => get<Artifact[]>(route`/api/runs/${id}/artifacts`),
    listVersions: (id: string, node: string) =>
      get<ArtifactVersion[]>(route`/api/runs/${id}/artifacts/${node}`),
    decide: (id: string, node: string, decision: GateInput) =>
      post<Run>(route`/api/runs/${id}/gates/${node}`, decision),
    listCalls: (id: string) => get<Call[]>(route`/api/runs/${id}/calls`),
    /** Where a run can be forked, oldest first. */
    listCheckpoints: (id: string) => get<Checkpoint[]>(route`/api/runs/${id}/checkpoints`),
    forkRun: (id: string, fork: ForkInput) => post<Run>(route`/api/runs/${id}/fork`, fork),
    compareRuns: (id: string, other: string) =>
      get<Comparison>(route`/api/runs/${id}/compare/${other}`),
    exportRun: (id: string) => get<RunExport>(route`/api/runs/${id}/export`),
    /** Takes a file from `exportRun`, of this machine or another. */
    replayRun: (file: unknown) => post<Run>("/api/runs/replay", file),
    /** Calls `onRun` with the run on every change, as long as its status is `during`. */
    followRun: (
      runId: string,
      onRun: (run: Run) => void,
      signal: AbortSignal,
      during: RunStatus = "running",
    ) =>
      lookUntil(endpoint, { runId, signal, settle_ms: 50 }, async () => {
        const run = await getRun(runId)
        onRun(run)
        return run.status === during ? undefined : run
      }),
  }
}

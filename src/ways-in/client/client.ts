import type { z } from "zod"
import type { Model } from "../../engines/models/schema"
import type { Agent, AgentChange, AgentInput } from "../../features/agents/schema"
import type { AuditEntry } from "../../features/audit/schema"
import type {
  AgentResult,
  AgentStart,
  Artifact,
  ArtifactVersion,
  GateInput,
  Run,
  RunVerb,
  StartInput,
  Step,
} from "../../features/runs/schema"
import type { SearchInput } from "../../features/search/schema"
import type { Health, Metrics } from "../../features/status/schema"
import type { Call } from "../../features/usage/schema"
import type {
  Preset,
  Workflow,
  workflowChange,
  workflowInput,
} from "../../features/workflows/schema"
import type { RetrievalResult } from "../../platform/shapes/passage"
import { chatClient } from "./chat"
import { documentClient } from "./documents"
import { evalClient } from "./eval"
import { type EventOptions, followEvents } from "./events"
import { folderClient } from "./folders"
import { type Endpoint, json, type Page } from "./http"
import { runClient } from "./runs"
import { settingsClient } from "./settings"

export type { Health } from "../../features/status/schema"
export type { Upload } from "./documents"
export { ApiError } from "./errors"
export type { EventOptions } from "./events"

/** A workflow as written by users: fields with a default are optional. */
export type NewWorkflow = z.input<typeof workflowInput>

export type WorkflowChange = z.input<typeof workflowChange>

export type Ready = { ready: true } | { ready: false; reason: string }

export type Client = ReturnType<typeof createClient>

/**
 * The HTTP API as functions, for commands, the terminal UI and tests. Each throws an ApiError for an
 * error response, and the error of `fetch` if there is no response.
 */
export function createClient(endpoint: Endpoint) {
  const get = <T>(path: string, query?: Page) => json<T>(endpoint, path, query ? { query } : {})
  const post = <T>(path: string, body: unknown) => json<T>(endpoint, path, { method: "POST", body })
  const remove = (path: string) => json<{ status: "deleted" }>(endpoint, path, { method: "DELETE" })

  return {
    url: endpoint.url,

    ...documentClient(endpoint),
    ...evalClient(endpoint),
    search: (input: SearchInput) => post<RetrievalResult[]>("/api/rag/query", input),

    listAgents: (page?: Page) => get<Agent[]>("/api/agents", page),
    createAgent: (input: AgentInput) => post<Agent>("/api/agents", input),
    getAgent: (id: string) => get<Agent>(`/api/agents/${part(id)}`),
    updateAgent: (id: string, change: AgentChange) =>
      json<Agent>(endpoint, `/api/agents/${part(id)}`, { method: "PATCH", body: change }),
    deleteAgent: (id: string) => remove(`/api/agents/${part(id)}`),
    /** Waits until the agent is done. */
    runAgent: (id: string, start: AgentStart) =>
      post<AgentResult>(`/api/agents/${part(id)}/start`, start),
    startAgent: (id: string, start: AgentStart) =>
      post<Run>(`/api/agents/${part(id)}/start?wait=false`, start),
    stopAgent: (id: string) => post<Agent>(`/api/agents/${part(id)}/stop`, {}),
    listAgentLogs: (id: string, page?: Page) => get<string[]>(`/api/agents/${part(id)}/logs`, page),
    listAgentRuns: (id: string, page?: Page) => get<Run[]>(`/api/agents/${part(id)}/runs`, page),

    ...{ ...chatClient(endpoint), ...folderClient(endpoint) },

    listWorkflows: (page?: Page) => get<Workflow[]>("/api/workflows", page),
    listPresets: () => get<Preset[]>("/api/workflows/presets"),
    createWorkflow: (input: NewWorkflow) => post<Workflow>("/api/workflows", input),
    getWorkflow: (id: string) => get<Workflow>(`/api/workflows/${part(id)}`),
    updateWorkflow: (id: string, change: WorkflowChange) =>
      json<Workflow>(endpoint, `/api/workflows/${part(id)}`, { method: "PATCH", body: change }),
    deleteWorkflow: (id: string) => remove(`/api/workflows/${part(id)}`),
    startWorkflow: (id: string, input: StartInput["input"], more: Omit<StartInput, "input"> = {}) =>
      post<Run>(`/api/workflows/${part(id)}/start`, { input, ...more }),

    listRuns: (page?: Page) => get<Run[]>("/api/runs", page),
    getRun: (id: string) => get<Run>(`/api/runs/${part(id)}`),
    changeRun: (id: string, verb: RunVerb, version?: number) =>
      post<Run>(`/api/runs/${part(id)}/${verb}`, version === undefined ? {} : { version }),
    deleteRun: (id: string) => remove(`/api/runs/${part(id)}`),
    listSteps: (runId: string) => get<Step[]>(`/api/runs/${part(runId)}/steps`),
    listArtifacts: (runId: string) => get<Artifact[]>(`/api/runs/${part(runId)}/artifacts`),
    /** All versions of a node's artifact. */
    listVersions: (runId: string, node: string) =>
      get<ArtifactVersion[]>(`/api/runs/${part(runId)}/artifacts/${part(node)}`),
    decide: (runId: string, node: string, decision: GateInput) =>
      post<Run>(`/api/runs/${part(runId)}/gates/${part(node)}`, decision),
    ...runClient(endpoint),
    listCalls: (runId: string) => get<Call[]>(`/api/runs/${part(runId)}/calls`),

    listModels: () => get<Model[]>("/api/models"),
    ...settingsClient(endpoint),
    listAudit: (page?: Page) => get<AuditEntry[]>("/api/audit", page),

    events: (options?: EventOptions) => followEvents(endpoint, options),

    /** Asks a command's own server to hand its home over to another server. */
    handOver: () => post<{ status: "leaving" }>("/api/status/handover", {}),
    /** Also returns the checks of an unhealthy server (status 503). */
    health: () => json<Health>(endpoint, "/health", {}, [503]),
    metrics: () => get<Metrics>("/metrics"),
    ready: () => json<Ready>(endpoint, "/ready", {}, [503]),
    live: () => get<{ alive: true }>("/live"),
  }
}

function part(id: string): string {
  return encodeURIComponent(id)
}

import type { Model } from "../../engines/models/schema"
import type { AuditEntry } from "../../features/audit/schema"
import type { RemovedSample, Sample, SampleInput } from "../../features/sample/schema"
import type {
  DefaultModel,
  FoundProvider,
  ProviderChange,
  ProviderCheck,
  ProviderKept,
  ProviderState,
  ProviderTest,
  ProviderTestInput,
  Settings,
  SettingsChange,
} from "../../features/settings/schema"
import type { Health, Metrics } from "../../features/status/schema"
import { chatClient } from "./chat"
import { documentClient } from "./documents"
import { type EventOptions, followEvents } from "./events"
import { gitClient } from "./git"
import { type Endpoint, json, type Page, requestsTo, route } from "./http"
import { promptsClient } from "./prompts"
import { agentClient, runClient, workflowClient } from "./runs"

export type { Health } from "../../features/status/schema"
export type { Upload } from "./documents"
export { ApiError } from "./errors"
export type { NewWorkflow } from "./runs"

export type Ready = { ready: true } | { ready: false; reason: string }

export type Client = ReturnType<typeof createClient>

/** Each function throws an ApiError for an error response, or the error of `fetch`. */
export function createClient(endpoint: Endpoint) {
  const { get, post, patch } = requestsTo(endpoint)
  return {
    url: endpoint.url,

    ...documentClient(endpoint),
    ...chatClient(endpoint),
    ...promptsClient(endpoint),
    ...gitClient(endpoint),
    ...agentClient(endpoint),
    ...workflowClient(endpoint),
    ...runClient(endpoint),

    startSample: (input: Partial<SampleInput> = {}) => post<Sample>("/api/sample", input),
    removeSample: () => json<RemovedSample>(endpoint, "/api/sample", { method: "DELETE" }),

    listModels: () => get<Model[]>("/api/models"),
    getSettings: () => get<Settings>("/api/settings"),
    changeSettings: (change: SettingsChange) => patch<Settings>("/api/settings", change),
    readDefaultModel: () => get<DefaultModel>("/api/models/default"),
    listProviders: () => get<ProviderState[]>("/api/settings/providers"),
    findProviders: () => post<FoundProvider[]>("/api/settings/providers/check"),
    checkProvider: (name: string, key?: string) =>
      post<ProviderCheck>(route`/api/settings/providers/${name}/check`, { key }),
    keepProvider: (name: string, change: ProviderChange) =>
      patch<ProviderKept>(route`/api/settings/providers/${name}`, change),
    testProvider: (name: string, input: ProviderTestInput = {}) =>
      post<ProviderTest>(route`/api/settings/providers/${name}/test`, input),
    listAudit: (page?: Page) => get<AuditEntry[]>("/api/audit", page),

    events: (options?: EventOptions) => followEvents(endpoint, options),

    /** Asks a command's own server to hand its home over to another server. */
    handOver: () => post<{ status: "leaving" }>("/api/status/handover"),
    /** Also returns the checks of an unhealthy server (status 503). */
    health: () => json<Health>(endpoint, "/health", {}, [503]),
    metrics: () => get<Metrics>("/metrics"),
    ready: () => json<Ready>(endpoint, "/ready", {}, [503]),
    live: () => get<{ alive: true }>("/live"),
  }
}

import type { Waiting } from "../shapes/run"

/**
 * All events, as a closed union. An event says what changed and names the object. Clients fetch the
 * object itself for details.
 */
type AgentRef = {
  run_id: string
  /** Null for a built-in role. */
  agent_id: string | null
  agent_name: string
  node: string
  /** Null if the agent runs on its own. */
  workflow_id: string | null
  /** The index of a map's item. */
  map_index?: number
}
type RunRef = { run_id: string; workflow_id: string; workflow_name: string }
/** A budget and the amount spent. Includes the run if the call belongs to one. */
type BudgetRef = {
  budget: "run" | "day"
  limit_usd: number
  spent_usd: number
  run_id?: string
  workflow_id?: string
}
type MessageRef = { session_id: string; message_id: string }
type DocumentRef = { document_id: string; name: string }
/** A folder whose files become documents. */
type FolderRef = { folder_id: string }

export type RecordedEvent =
  | { type: "agent.started"; data: AgentRef & { attempt: number } }
  | { type: "agent.completed"; data: AgentRef & { duration_seconds: number } }
  | { type: "agent.failed"; data: AgentRef & { error: string } }
  | { type: "agent.cancelled"; data: AgentRef }
  | { type: "workflow.started"; data: RunRef }
  | { type: "workflow.paused"; data: RunRef }
  | { type: "workflow.waiting"; data: RunRef & Waiting }
  | { type: "workflow.resumed"; data: RunRef }
  | { type: "workflow.completed"; data: RunRef }
  | { type: "workflow.failed"; data: RunRef & { error: string } }
  | { type: "workflow.cancelled"; data: RunRef }
  | { type: "chat.message"; data: MessageRef & { role: string; stopped?: true; error?: string } }
  /** A session's title, settings or shown branch has changed, or messages were deleted. */
  | { type: "chat.changed"; data: { session_id: string } }
  | { type: "document.uploaded"; data: DocumentRef }
  | { type: "document.indexed"; data: DocumentRef & { chunk_count: number } }
  | { type: "document.failed"; data: DocumentRef & { error: string } }
  | { type: "document.deleted"; data: DocumentRef }
  | { type: "budget.warning"; data: BudgetRef }
  /**
   * `estimate_usd` is the maximum cost of the refused call, or null if its price is unknown;
   * `reserved_usd` is the maximum cost of the calls in progress.
   */
  | {
      type: "budget.exceeded"
      data: BudgetRef & { reserved_usd: number; estimate_usd: number | null }
    }
  | { type: "system.warning"; data: { message: string } & Record<string, unknown> }
  | { type: "system.error"; data: { message: string } & Record<string, unknown> }

/**
 * Events sent only to current listeners. They are not stored and have no id; the next one replaces
 * the last.
 */
export type PassingEvent =
  | { type: "agent.progress"; data: AgentRef & { progress: number; message: string } }
  | { type: "agent.stream"; data: AgentRef & { characters: number } }
  | { type: "workflow.progress"; data: RunRef & { progress: number } }
  | { type: "chat.stream"; data: MessageRef & { characters: number } }
  | { type: "document.progress"; data: (DocumentRef | FolderRef) & { progress: number } }

export type AppEvent = RecordedEvent | PassingEvent
export type EventType = AppEvent["type"]

/** An event on the wire. `id` is null for passing events; otherwise ids increase without gaps. */
export type PublishedEvent = AppEvent & { id: number | null; timestamp: string; source: string }

/** The noun of an event, such as "workflow" for workflow.started. */
export function sourceOf(type: EventType): string {
  return type.slice(0, type.indexOf("."))
}

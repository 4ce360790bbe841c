import type {
  ChatEvents,
  ChatMessage,
  MessageInput,
  Session,
  SessionInput,
} from "../../features/chat/schema"
import { ApiError } from "./errors"
import { type Endpoint, json, send } from "./http"
import { readMessages } from "./sse"

/** One event in the stream of an answer, by name. */
export type ChatEvent = {
  [Name in keyof ChatEvents]: { event: Name; data: ChatEvents[Name] }
}[keyof ChatEvents]

type Range = { limit?: number; after?: string | undefined; before?: string }

export function chatClient(endpoint: Endpoint) {
  const root = "/api/chat/sessions"
  const at = (id: string, rest = "") => `${root}/${encodeURIComponent(id)}${rest}`
  return {
    listSessions: (query: { limit?: number; before?: string } = {}) =>
      json<Session[]>(endpoint, root, { query }),
    createSession: (body: SessionInput = {}) =>
      json<Session>(endpoint, root, { method: "POST", body }),
    getSession: (id: string) => json<Session>(endpoint, at(id)),
    updateSession: (id: string, body: SessionInput) =>
      json<Session>(endpoint, at(id), { method: "PATCH", body }),
    deleteSession: (id: string) =>
      json<{ status: "deleted" }>(endpoint, at(id), { method: "DELETE" }),
    /** Oldest first. */
    listMessages: (id: string, query: Range = {}) =>
      json<ChatMessage[]>(endpoint, at(id, "/messages"), { query }),
    stopAnswer: (id: string) =>
      json<Session>(endpoint, at(id, "/stop"), { method: "POST", body: {} }),
    /** Sends a message and streams its answer. Leaving the stream stops the answer. */
    chat: (id: string, input: MessageInput, signal?: AbortSignal) =>
      streamAnswer(endpoint, at(id, "/stream"), input, signal),
  }
}

/**
 * Sends a message and yields the events of its answer. Throws an ApiError for an error event or a
 * stream that ends early, with the status 200 that the stream began with.
 */
async function* streamAnswer(
  endpoint: Endpoint,
  path: string,
  input: MessageInput,
  signal?: AbortSignal,
): AsyncGenerator<ChatEvent, void, void> {
  const options = { method: "POST", body: input, ...(signal ? { signal } : {}) } as const
  const { body, headers, status } = await send(endpoint, path, options)
  const request_id = headers.get("X-Request-ID")
  for await (const { event, data } of readMessages(body ?? new Blob().stream())) {
    const parsed = JSON.parse(data)
    if (event === "error") throw new ApiError(status, parsed, request_id)
    yield { event, data: parsed } as ChatEvent
    if (event === "done") return
  }
  const message = "The stream ended before the answer did."
  throw new ApiError(status, { error: "UnexpectedAnswerError", message }, request_id)
}

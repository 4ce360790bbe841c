import type {
  ChatEvents,
  ChatMessage,
  MessageInput,
  Session,
  SessionInput,
} from "../../features/chat/schema"
import { ApiError } from "./errors"
import { type Endpoint, type Page, requestsTo, route, send } from "./http"
import { readMessages } from "./sse"

/** One event in the stream of an answer, by name. */
export type ChatEvent = {
  [Name in keyof ChatEvents]: { event: Name; data: ChatEvents[Name] }
}[keyof ChatEvents]

export function chatClient(endpoint: Endpoint) {
  const { get, post, patch, remove } = requestsTo(endpoint)
  return {
    listSessions: (page?: Page) => get<Session[]>("/api/chat/sessions", page),
    createSession: (input: SessionInput = {}) => post<Session>("/api/chat/sessions", input),
    getSession: (id: string) => get<Session>(route`/api/chat/sessions/${id}`),
    updateSession: (id: string, change: SessionInput) =>
      patch<Session>(route`/api/chat/sessions/${id}`, change),
    deleteSession: (id: string) => remove(route`/api/chat/sessions/${id}`),
    /** Oldest first. */
    listMessages: (id: string, range?: Page & { after?: string | undefined }) =>
      get<ChatMessage[]>(route`/api/chat/sessions/${id}/messages`, range),
    stopAnswer: (id: string) => post<Session>(route`/api/chat/sessions/${id}/stop`),
    /** Sends a message and streams its answer. Leaving the stream stops the answer. */
    chat: (id: string, input: MessageInput, signal?: AbortSignal) =>
      streamAnswer(endpoint, route`/api/chat/sessions/${id}/stream`, input, signal),
  }
}

/** Throws an ApiError for an error event or a stream that ends early, with status 200. */
async function* streamAnswer(
  endpoint: Endpoint,
  path: string,
  input: MessageInput,
  signal?: AbortSignal,
): AsyncGenerator<ChatEvent, void, void> {
  const options = { method: "POST", body: input, signal } as const
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

import type {
  AgainInput,
  Attachment,
  ChatEvents,
  ChatMessage,
  LeftOut,
  MessageInput,
  Session,
  SessionInput,
  ShownMessage,
} from "../../features/chat/schema"
import type { ChatFile } from "../../features/chat/transfer/schema"
import { formOf, type Upload } from "./documents"
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
    /** The pinned ones first. With a query, those in which each of its words occurs. */
    listSessions: (page?: Page & { query?: string | undefined }) =>
      get<Session[]>("/api/chat/sessions", page),
    createSession: (input: SessionInput = {}) => post<Session>("/api/chat/sessions", input),
    getSession: (id: string) => get<Session>(route`/api/chat/sessions/${id}`),
    updateSession: (id: string, change: SessionInput) =>
      patch<Session>(route`/api/chat/sessions/${id}`, change),
    deleteSession: (id: string) => remove(route`/api/chat/sessions/${id}`),
    /** Oldest first. */
    listMessages: (id: string, range?: Page & { after?: string | undefined }) =>
      get<ChatMessage[]>(route`/api/chat/sessions/${id}/messages`, range),
    /** The end of the branch that is shown, oldest first. */
    listShown: (id: string, page?: Page) =>
      get<ShownMessage[]>(route`/api/chat/sessions/${id}/messages`, { ...page, branch: "shown" }),
    /** Shows the newest branch with this message. */
    showMessage: (id: string, message_id: string) =>
      post<Session>(route`/api/chat/sessions/${id}/show`, { message_id }),
    /** Has the model summarise what the last answer had no room for. */
    summarise: (id: string) => post<LeftOut>(route`/api/chat/sessions/${id}/summary`),
    removeSummary: (id: string) => remove(route`/api/chat/sessions/${id}/summary`),
    /** Deletes a message and all that follow it. */
    deleteMessage: (id: string, messageId: string) =>
      remove(route`/api/chat/sessions/${id}/messages/${messageId}`),
    exportSession: (id: string) => get<ChatFile>(route`/api/chat/sessions/${id}/export`),
    /** The branch that is shown. */
    async exportMarkdown(id: string): Promise<string> {
      const query = { format: "markdown" }
      return (await send(endpoint, route`/api/chat/sessions/${id}/export`, { query })).text()
    },
    listAttachments: (id: string) => get<Attachment[]>(route`/api/chat/sessions/${id}/attachments`),
    /** Adds files that the session's questions read. */
    addAttachments: (id: string, files: Upload[]) =>
      post<Attachment[]>(route`/api/chat/sessions/${id}/attachments`, formOf(files)),
    removeAttachment: (id: string, documentId: string) =>
      remove(route`/api/chat/sessions/${id}/attachments/${documentId}`),
    /** The server checks the file. */
    importSession: (file: unknown) => post<Session>("/api/chat/sessions/import", file),
    stopAnswer: (id: string) => post<Session>(route`/api/chat/sessions/${id}/stop`),
    /** Sends a message and streams its answer. Leaving the stream stops the answer. */
    chat: (id: string, input: MessageInput, signal?: AbortSignal) =>
      streamAnswer(endpoint, route`/api/chat/sessions/${id}/stream`, input, signal),
    /** Streams another answer to a message, by default the newest. */
    regenerate: (id: string, input: AgainInput = {}, signal?: AbortSignal) =>
      streamAnswer(endpoint, route`/api/chat/sessions/${id}/regenerate`, input, signal),
    /** Streams the rest of an answer that was stopped or broke off, by default the newest. */
    continueAnswer: (id: string, input: AgainInput = {}, signal?: AbortSignal) =>
      streamAnswer(endpoint, route`/api/chat/sessions/${id}/continue`, input, signal),
  }
}

/** Throws an ApiError for an error event or a stream that ends early, with status 200. */
async function* streamAnswer(
  endpoint: Endpoint,
  path: string,
  input: MessageInput | AgainInput,
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

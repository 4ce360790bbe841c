import { setTimeout as delay } from "node:timers/promises"
import type { Document, DocumentDetail, DocumentVersion } from "../../features/documents/schema"
import { followEvents } from "./events"
import { type Endpoint, json, type Page, send } from "./http"

export type Upload = { name: string; content: Blob }

const route = "/api/rag/documents"
/** Documents per request. */
const REQUEST_MAX = 200
/** Events only trigger a request, so a lost one delays it by this much at most. */
const POLL_EVERY_MS = 1000

export function documentClient(endpoint: Endpoint) {
  const of = (id: string, what = "") => `${route}/${encodeURIComponent(id)}${what}`

  return {
    uploadDocuments: (files: Upload[]) =>
      json<Document[]>(endpoint, `${route}/upload`, { method: "POST", body: formOf(files) }),
    scrape: (url: string) =>
      json<Document>(endpoint, `${route}/scrape`, { method: "POST", body: { url } }),
    refetchDocument: (id: string) =>
      json<Document>(endpoint, of(id, "/refetch"), { method: "POST", body: {} }),
    listDocuments: (query: Page = {}) => json<Document[]>(endpoint, route, { query }),
    getDocument: (id: string) => json<DocumentDetail>(endpoint, of(id)),
    listDocumentVersions: (id: string) => json<DocumentVersion[]>(endpoint, of(id, "/versions")),
    /** The file as it was uploaded. */
    getDocumentFile: async (id: string) => (await send(endpoint, of(id, "/file"))).blob(),
    retryDocument: (id: string) =>
      json<Document>(endpoint, of(id, "/retry"), { method: "POST", body: {} }),
    deleteDocument: (id: string) =>
      json<{ status: "deleted" }>(endpoint, of(id), { method: "DELETE" }),
    settleDocuments: (documents: Document[], signal?: AbortSignal) =>
      settle(endpoint, documents, signal),
  }
}

/** Waits until each document is indexed or failed. Keeps their order; drops deleted ones. */
async function settle(
  endpoint: Endpoint,
  documents: Document[],
  signal = new AbortController().signal,
): Promise<Document[]> {
  const known = new Map(documents.map((document) => [document.id, document]))
  const waiting = () => [...known.values()].filter(({ status }) => status === "processing")
  if (waiting().length === 0) return documents
  const ended = new AbortController()
  let ring = () => {}
  const listening = listen(endpoint, AbortSignal.any([signal, ended.signal]), () => ring())
  try {
    while (waiting().length > 0) {
      signal.throwIfAborted()
      const { promise: rung, resolve } = Promise.withResolvers<void>()
      ring = resolve
      const asked = waiting().slice(0, REQUEST_MAX)
      const ids = asked.map(({ id }) => id)
      const query = { ids: ids.join(","), limit: REQUEST_MAX }
      for (const id of ids) known.delete(id)
      for (const now of await json<Document[]>(endpoint, route, { query })) known.set(now.id, now)
      if (asked.some(({ id }) => known.get(id)?.status === "processing")) {
        await Promise.race([rung, delay(POLL_EVERY_MS)])
      }
    }
    return documents.flatMap(({ id }) => known.get(id) ?? [])
  } finally {
    ended.abort()
    await listening
  }
}

async function listen(endpoint: Endpoint, signal: AbortSignal, ring: () => void): Promise<void> {
  const types = ["document.indexed", "document.failed", "document.deleted"]
  try {
    for await (const _ of followEvents(endpoint, { types, signal, onOpen: ring })) ring()
  } catch {
    // Without events the documents are still polled every second.
  }
}

function formOf(files: Upload[]): FormData {
  const form = new FormData()
  for (const { name, content } of files) form.append("file", content, name)
  return form
}

import type { z } from "zod"
import type { Document, DocumentDetail, DocumentVersion } from "../../features/documents/schema"
import type { EvalInput, EvalResult, Judgement, judgementInput } from "../../features/eval/schema"
import type {
  Folder,
  FolderChanges,
  FolderDetail,
  FolderInput,
  FolderPlan,
} from "../../features/folders/schema"
import type { SearchInput } from "../../features/search/schema"
import type { RetrievalResult } from "../../platform/shapes/passage"
import { lookUntil } from "./events"
import { type Endpoint, json, type Page, requestsTo, route, send } from "./http"

export type Upload = { name: string; content: Blob }

type FolderOptions = Pick<FolderInput, "include_secrets">

const REQUEST_MAX = 200

/** Documents, folders on the server's disk, and retrieval from them. */
export function documentClient(endpoint: Endpoint) {
  const { get, post, patch, remove } = requestsTo(endpoint)
  return {
    uploadDocuments: (files: Upload[]) =>
      post<Document[]>("/api/rag/documents/upload", formOf(files)),
    scrape: (url: string) => post<Document>("/api/rag/documents/scrape", { url }),
    refetchDocument: (id: string) => post<Document>(route`/api/rag/documents/${id}/refetch`),
    listDocuments: (page?: Page) => get<Document[]>("/api/rag/documents", page),
    getDocument: (id: string) => get<DocumentDetail>(route`/api/rag/documents/${id}`),
    listDocumentVersions: (id: string) =>
      get<DocumentVersion[]>(route`/api/rag/documents/${id}/versions`),
    /** The file as it was uploaded. */
    getDocumentFile: async (id: string) =>
      (await send(endpoint, route`/api/rag/documents/${id}/file`)).blob(),
    retryDocument: (id: string) => post<Document>(route`/api/rag/documents/${id}/retry`),
    deleteDocument: (id: string) => remove(route`/api/rag/documents/${id}`),
    settleDocuments: (documents: Document[], signal?: AbortSignal) =>
      settle(endpoint, documents, signal),

    listFolders: (page?: Page) => get<Folder[]>("/api/rag/folders", page),
    addFolder: (path: string, options: FolderOptions = {}) =>
      post<Folder>("/api/rag/folders", { path, ...options }),
    previewFolder: (path: string, options: FolderOptions = {}) =>
      post<FolderPlan>("/api/rag/folders", { path, dry_run: true, ...options }),
    getFolder: (id: string) => get<FolderDetail>(route`/api/rag/folders/${id}`),
    changeFolder: (id: string, changes: FolderChanges) =>
      patch<Folder>(route`/api/rag/folders/${id}`, changes),
    syncFolder: (id: string) => post<Folder>(route`/api/rag/folders/${id}/sync`),
    removeFolder: (id: string) => remove(route`/api/rag/folders/${id}`),

    search: (input: SearchInput) => post<RetrievalResult[]>("/api/rag/query", input),
    evaluate: (input: EvalInput) => post<EvalResult>("/api/rag/eval", input),
    listJudgements: () => get<Judgement[]>("/api/rag/eval/judgements"),
    keepJudgement: (input: z.input<typeof judgementInput>) =>
      post<Judgement>("/api/rag/eval/judgements", input),
    deleteJudgement: (id: string) => remove(route`/api/rag/eval/judgements/${id}`),
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
  const types = ["document.indexed", "document.failed", "document.deleted"]
  return lookUntil(endpoint, { types, signal }, async () => {
    for (let asked = waiting(); asked.length > 0; asked = waiting()) {
      signal.throwIfAborted()
      const ids = asked.slice(0, REQUEST_MAX).map(({ id }) => id)
      const query = { ids: ids.join(","), limit: REQUEST_MAX }
      for (const id of ids) known.delete(id)
      const present = await json<Document[]>(endpoint, "/api/rag/documents", { query })
      for (const document of present) known.set(document.id, document)
      if (present.some(({ status }) => status === "processing")) return undefined
    }
    return documents.flatMap(({ id }) => known.get(id) ?? [])
  })
}

export function formOf(files: Upload[]): FormData {
  const form = new FormData()
  for (const { name, content } of files) form.append("file", content, name)
  return form
}

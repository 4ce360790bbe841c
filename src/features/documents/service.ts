import { z } from "zod"
import { removePassages } from "../../engines/index/indexing"
import { requestMerge } from "../../engines/index/merge"
import type { DocumentRow, VersionRow } from "../../platform/db/schema/documents"
import type { DbDeps } from "../../platform/deps"
import { AppError } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import { CHAT_MARK } from "../../platform/shapes/document"
import { ingestToLibrary } from "./chat-files"
import { type CheckedFile, checkFiles, MB, requireRoom, type UploadedFile } from "./check"
import type { DocumentDeps } from "./deps"
import { ingest } from "./ingest"
import { removeOriginals } from "./originals"
import { presentDetail, presentDocument, presentVersion } from "./present"
import type {
  Document,
  DocumentDetail,
  DocumentFilter,
  DocumentSummary,
  DocumentVersion,
} from "./schema"
import { retryFailed } from "./staging"
import * as store from "./store"
import * as versions from "./versions-store"

/** Documents deleted by one transaction, which blocks other writers. */
const DELETED_TOGETHER = 25

/** Checks all files, then stores them in order. Throws as `checkFiles`; see also `ingest`. */
export async function uploadDocuments(
  deps: DocumentDeps,
  files: UploadedFile[],
): Promise<Document[]> {
  const checked = await checkFiles(deps, files)
  return (await ingestToLibrary(deps, checked)).map(presentDocument)
}

/** As `uploadDocuments`, but only this session's questions read what is new. */
export async function uploadToChat(
  deps: DocumentDeps,
  sessionId: string,
  files: UploadedFile[],
): Promise<Document[]> {
  const metadata = { [CHAT_MARK]: sessionId }
  const checked = await checkFiles(deps, files)
  const rows = await ingest(
    deps,
    checked.map((file) => ({ ...file, metadata })),
  )
  return rows.map(presentDocument)
}

/** Stores one file that was checked. Throws StorageQuotaExceededError. */
export async function putDocument(deps: DocumentDeps, file: CheckedFile): Promise<Document> {
  requireRoom(deps.config, await store.findStoredBytes(deps.db), file.sizeBytes)
  const [row] = await ingestToLibrary(deps, [file])
  if (!row) throw new Error("`ingestToLibrary` returned no document for a file.")
  return presentDocument(row)
}

export async function findPage({ db }: DbDeps, url: string) {
  const row = await store.findDocument(db, url, "sourceUrl")
  return row && presentDocument(row)
}

export async function isNameTaken({ db }: DbDeps, name: string) {
  return (await store.findDocument(db, name, "name")) !== undefined
}

/** Lists documents, newest first. `before` is the id of the last document on the page before. */
export async function listDocuments({ db }: DbDeps, page: store.DocumentPage): Promise<Document[]> {
  return (await store.listDocuments(db, page)).map(presentDocument)
}

/** Returns a document with the text of `version`, by default the searched one. */
export async function getDocument(
  { db }: DbDeps,
  id: string,
  version?: number,
): Promise<DocumentDetail> {
  const row = await requireDocument({ db }, id)
  const number = version ?? row.indexedVersion
  if (number === null) return presentDetail(row, "", undefined)
  const of = await requireVersion({ db }, id, number)
  if (of.status !== "indexed") return presentDetail(row, "", undefined)
  const parts = await Array.fromAsync(versions.readText(db, { documentId: id, version: number }))
  return presentDetail(row, parts.join(""), of)
}

export async function listVersions({ db }: DbDeps, id: string): Promise<DocumentVersion[]> {
  const row = await requireDocument({ db }, id)
  return (await versions.listVersions(db, id)).map((it) => presentVersion(it, row))
}

/** Returns an uploaded file, by default the newest: the name of its original, or its text. */
export async function getFile({ db }: DbDeps, id: string, version?: number) {
  const row = await requireDocument({ db }, id)
  const of = await requireVersion({ db }, id, version ?? row.version)
  return { name: row.name, original: of.original, text: versions.readText(db, of) }
}

/** Queues a failed document for conversion. Does nothing if it is being converted. */
export async function retryDocument(deps: DocumentDeps, id: string): Promise<Document> {
  const row = await requireDocument(deps, id)
  if (row.status === "indexed") {
    const sentence = "This document didn't fail, so there is nothing to retry."
    throw new AppError("ConcurrentModificationError", sentence, {
      id,
      status: row.status,
      help: "Upload its file again if the file has changed.",
    })
  }
  if (row.status === "processing") return presentDocument(row)
  const again = await retryFailed(deps, id)
  deps.conversions.wake()
  return again ? presentDocument(again) : await retryDocument(deps, id)
}

/** Deletes a document with its versions, files and passages. Throws DocumentNotFoundError. */
export async function deleteDocument(deps: DocumentDeps, id: string): Promise<void> {
  if (await deleteSome(deps, [id])) return
  await requireDocument(deps, id)
}

/** Deletes many documents. Ignores those that don't exist. */
export async function deleteDocuments(deps: DocumentDeps, ids: string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += DELETED_TOGETHER) {
    await deleteSome(deps, ids.slice(at, at + DELETED_TOGETHER))
  }
}

async function deleteSome(deps: DocumentDeps, ids: string[]): Promise<boolean> {
  const { deleted, originals } = await transact(deps, async (deps, emit) => {
    await store.lockStorage(deps.db)
    const rows = await store.listBy(deps.db, "id", ids)
    const found = rows.map(({ id }) => id)
    const originals = await versions.listOriginals(deps.db, found)
    await removePassages(deps, found)
    await store.deleteDocuments(deps.db, found)
    for (const { id, name } of rows) {
      emit({ type: "document.deleted", data: { document_id: id, name } })
    }
    await store.addStoredBytes(deps.db, -rows.reduce((sum, row) => sum + row.storedBytes, 0))
    return { deleted: rows.length > 0, originals }
  })
  for (const id of ids) deps.conversions.cancel(id)
  await removeOriginals(deps.config, originals)
  requestMerge(deps)
  return deleted
}

/** Returns how many documents match, and how many bytes all documents take. */
export async function summarizeDocuments(
  { db, config }: Pick<DocumentDeps, "db" | "config">,
  filter: DocumentFilter,
): Promise<DocumentSummary> {
  const [count, bytes] = [await store.countMatching(db, filter), await store.findStoredBytes(db)]
  return { count, bytes, quota_bytes: config.storageQuotaMb * MB }
}

/** Throws DocumentNotFoundError, with the missing `document_ids`, unless all of them exist. */
export async function requireDocuments({ db }: DbDeps, ids: string[]): Promise<void> {
  const missing = await store.listMissing(db, ids)
  if (missing.length === 0) return
  const sentence = "There is no document with this id."
  throw new AppError("DocumentNotFoundError", sentence, { document_ids: missing })
}

/** Returns which of these documents still exist. Undefined, which means all, stays undefined. */
export async function stillThere(
  { db }: DbDeps,
  ids: string[] | undefined,
): Promise<string[] | undefined> {
  if (!ids) return undefined
  const missing = new Set(await store.listMissing(db, ids))
  return ids.filter((id) => !missing.has(id))
}

/** Maps references, each a name or an id, to document ids. Leaves out unknown ones. */
export async function findDocumentIds(
  { db }: DbDeps,
  references: string[],
): Promise<Map<string, string>> {
  const ids = references.filter((it) => z.uuid().safeParse(it).success)
  const rows = await store.listNamed(db, references, ids)
  const byReference = new Map<string, string>()
  for (const { id, name } of rows) byReference.set(id, id).set(name, id)
  const found = new Map<string, string>()
  for (const reference of references) {
    const id = byReference.get(reference) ?? byReference.get(reference.toLowerCase())
    if (id) found.set(reference, id)
  }
  return found
}

export async function countDocuments({ db }: DbDeps) {
  const { bytes = 0, total = 0, indexed = 0, chunks = 0 } = (await store.countDocuments(db)) ?? {}
  return { total, indexed, total_size_mb: Math.round((bytes / 1024 ** 2) * 100) / 100, chunks }
}

export async function requireDocument({ db }: DbDeps, id: string): Promise<DocumentRow> {
  const row = await store.findDocument(db, id)
  if (row) return row
  const sentence = "There is no document with this id."
  throw new AppError("DocumentNotFoundError", sentence, { id })
}

export async function requireVersion(
  { db }: DbDeps,
  id: string,
  version: number,
): Promise<VersionRow> {
  const row = await versions.findVersion(db, { documentId: id, version })
  if (row) return row
  const sentence = `There is no version ${version} of this document.`
  throw new AppError("DocumentNotFoundError", sentence, { id, version })
}

import { z } from "zod"
import { removePassages } from "../../engines/index/indexing"
import { requestMerge } from "../../engines/index/merge"
import { batchesOf } from "../../platform/async/batches"
import type { DocumentRow, VersionRow } from "../../platform/db/schema/documents"
import { AppError } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
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

/** In one transaction, during which nothing else is stored. */
const DELETED_TOGETHER = 25

/**
 * Stores files as documents, one for each, in their order. All are checked before any is stored;
 * see `checkFiles` for what can be wrong. The same content again is the same document, which is
 * tried again if it failed; the same name with new content is its next version. What must be
 * converted is `processing` when this resolves.
 */
export async function uploadDocuments(
  deps: DocumentDeps,
  files: UploadedFile[],
): Promise<Document[]> {
  return (await ingest(deps, await checkFiles(deps, files))).map(presentDocument)
}

/** Stores one file that is known to be what it says it is. Throws StorageQuotaExceededError. */
export async function putDocument(deps: DocumentDeps, file: CheckedFile): Promise<Document> {
  requireRoom(deps.config, await store.findStoredBytes(deps.db), file.sizeBytes)
  const [row] = await ingest(deps, [file])
  if (!row) throw new Error("A file that was stored has no document.")
  return presentDocument(row)
}

/** The document that was read from this address of the web, if there is one. */
export async function findPage({ db }: Pick<DocumentDeps, "db">, url: string) {
  const row = await store.findBySource(db, url)
  return row && presentDocument(row)
}

export async function isNameTaken(
  { db }: Pick<DocumentDeps, "db">,
  name: string,
): Promise<boolean> {
  const { byName } = await store.listLike(db, [{ name, contentHash: "" }])
  return byName.size > 0
}

/** Newest first; `before` is the id of the last document of the page before. `ids`: only these. */
export async function listDocuments(
  { db }: Pick<DocumentDeps, "db">,
  page: store.DocumentPage,
): Promise<Document[]> {
  return (await store.listDocuments(db, page)).map(presentDocument)
}

/** One document with the text of `version`, by default the one that is searched. */
export async function getDocument(
  { db }: Pick<DocumentDeps, "db">,
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

/** Each file that was uploaded under the document's name, newest first. */
export async function listVersions(
  { db }: Pick<DocumentDeps, "db">,
  id: string,
): Promise<DocumentVersion[]> {
  const row = await requireDocument({ db }, id)
  return (await versions.listVersions(db, id)).map((it) => presentVersion(it, row))
}

/** The file as it was uploaded, by default the newest: where it is, or the text that it is. */
export async function getFile({ db }: Pick<DocumentDeps, "db">, id: string, version?: number) {
  const row = await requireDocument({ db }, id)
  const of = await requireVersion({ db }, id, version ?? row.version)
  return { name: row.name, original: of.original, text: versions.readText(db, of) }
}

/** Lets a document that failed be converted again; one that is being converted stays so. */
export async function retryDocument(deps: DocumentDeps, id: string): Promise<Document> {
  const row = await requireDocument(deps, id)
  if (row.status === "indexed") {
    const sentence = "This document was read: there is nothing to try again."
    throw new AppError("ConcurrentModificationError", sentence, {
      id,
      status: row.status,
      help: "Upload its file again if that has changed.",
    })
  }
  if (row.status === "processing") return presentDocument(row)
  const again = await retryFailed(deps, id)
  deps.conversions.wake()
  return again ? presentDocument(again) : await retryDocument(deps, id)
}

/** Deletes a document with all its versions, their files and passages. */
export async function deleteDocument(deps: DocumentDeps, id: string): Promise<void> {
  if (await deleteSome(deps, [id])) return
  await requireDocument(deps, id)
}

/** As `deleteDocument`, for many; those that are gone already are no error. */
export async function deleteDocuments(deps: DocumentDeps, ids: string[]): Promise<void> {
  const batches = batchesOf(
    ids,
    { count: DELETED_TOGETHER, size: Number.POSITIVE_INFINITY },
    () => 0,
  )
  for (const batch of batches) await deleteSome(deps, batch)
}

/** Whether any of them was there. */
async function deleteSome(deps: DocumentDeps, ids: string[]): Promise<boolean> {
  const { deleted, originals } = await transact(deps, async (deps, emit) => {
    await store.lockStorage(deps.db)
    const rows = await store.listByIds(deps.db, ids)
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

/** How many documents match, and what all of them take of the quota, in bytes. */
export async function summarizeDocuments(
  { db, config }: Pick<DocumentDeps, "db" | "config">,
  filter: DocumentFilter,
): Promise<DocumentSummary> {
  const [count, bytes] = [await store.countMatching(db, filter), await store.findStoredBytes(db)]
  return { count, bytes, quota_bytes: config.storageQuotaMb * MB }
}

/** Throws DocumentNotFoundError, with `document_ids`, unless all of these exist. */
export async function requireDocuments(
  { db }: Pick<DocumentDeps, "db">,
  ids: string[],
): Promise<void> {
  const missing = await store.listMissing(db, ids)
  if (missing.length === 0) return
  const sentence = "There is no document with this id."
  throw new AppError("DocumentNotFoundError", sentence, { document_ids: missing })
}

/** Those of these documents that still exist; undefined, for all, stays that. */
export async function stillThere(
  { db }: Pick<DocumentDeps, "db">,
  ids: string[] | undefined,
): Promise<string[] | undefined> {
  if (!ids) return undefined
  const missing = new Set(await store.listMissing(db, ids))
  return ids.filter((id) => !missing.has(id))
}

/** The ids of documents by what they are called here, a name or an id; without the unknown. */
export async function findDocumentIds(
  { db }: Pick<DocumentDeps, "db">,
  references: string[],
): Promise<Map<string, string>> {
  const ids = references.filter((it) => z.uuid().safeParse(it).success)
  const rows = await store.listNamed(db, references, ids)
  const all = new Map(
    rows.flatMap(
      ({ id, name }) =>
        [
          [id, id],
          [name, id],
        ] as [string, string][],
    ),
  )
  return new Map(
    references.flatMap((it) => {
      const id = all.get(it) ?? all.get(it.toLowerCase())
      return id ? [[it, id]] : []
    }),
  )
}

export async function countDocuments({ db }: Pick<DocumentDeps, "db">) {
  const { bytes = 0, total = 0, indexed = 0, chunks = 0 } = (await store.countDocuments(db)) ?? {}
  return { total, indexed, total_size_mb: Math.round((bytes / 1024 ** 2) * 100) / 100, chunks }
}

export async function requireDocument(
  { db }: Pick<DocumentDeps, "db">,
  id: string,
): Promise<DocumentRow> {
  const row = await store.findDocument(db, id)
  if (row) return row
  const sentence = "There is no document with this id."
  throw new AppError("DocumentNotFoundError", sentence, { id })
}

export async function requireVersion(
  { db }: Pick<DocumentDeps, "db">,
  id: string,
  version: number,
): Promise<VersionRow> {
  const row = await versions.findVersion(db, { documentId: id, version })
  if (row) return row
  const sentence = `There is no version ${version} of this document.`
  throw new AppError("DocumentNotFoundError", sentence, { id, version })
}

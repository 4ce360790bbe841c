import { batchesOf } from "../batches"
import type { Deps, RunDeps } from "../deps"
import { AppError } from "../errors"
import { transact } from "../events/transact"
import { removePassages } from "../search/indexing"
import { requestMerge } from "../search/merge"
import { checkFiles, type UploadedFile } from "./check"
import { ingest } from "./ingest"
import { presentDetail, presentDocument } from "./present"
import type { Document, DocumentDetail } from "./schema"
import * as store from "./store"

export { contentHashOf, documentsByHash, judgeFiles, putFiles, renameDocuments } from "./put-files"

/** In one transaction, during which nothing else is stored. */
const DELETED_TOGETHER = 10

/**
 * Stores files as documents, one for each, in their order. All are checked before any is stored;
 * see `checkFiles` for what can be wrong. The same content again is the same document; the same
 * name with new content is its next version.
 */
export async function uploadDocuments(deps: Deps, files: UploadedFile[]): Promise<Document[]> {
  return (await ingest(deps, await checkFiles(deps, files))).map(presentDocument)
}

/** Newest first; `before` is the id of the last document of the page before. */
export async function listDocuments(
  { db }: Pick<Deps, "db">,
  page: { limit: number; before?: string | undefined },
): Promise<Document[]> {
  return (await store.listDocuments(db, page)).map(presentDocument)
}

/** One document with the text of `version`, by default the present one. */
export async function getDocument(
  { db }: Pick<Deps, "db">,
  id: string,
  version?: number,
): Promise<DocumentDetail> {
  const row = await store.findDocument(db, id)
  if (!row) throw notFound(id)
  const content = await store.findText(db, id, version ?? row.version)
  if (content === undefined) throw notFound(id, version)
  return presentDetail(row, content)
}

/** Deletes a document with all its versions and passages. */
export async function deleteDocument(deps: Deps, id: string): Promise<void> {
  if (!(await deleteSome(deps, [id]))) throw notFound(id)
}

/** As `deleteDocument`, for many; those that are gone already are no error. */
export async function deleteDocuments(deps: RunDeps, ids: string[]): Promise<void> {
  const batches = batchesOf(
    ids,
    { count: DELETED_TOGETHER, size: Number.POSITIVE_INFINITY },
    () => 0,
  )
  for (const batch of batches) await deleteSome(deps, batch)
}

/** Whether any of them was there. */
async function deleteSome(deps: RunDeps, ids: string[]): Promise<boolean> {
  const deleted = await transact(deps, async (deps, emit) => {
    await store.lockStorage(deps.db)
    const rows = await store.listByIds(deps.db, ids)
    for (const { id, name } of rows) {
      await removePassages(deps, id)
      await store.deleteDocument(deps.db, id)
      emit({ type: "document.deleted", data: { document_id: id, name } })
    }
    await store.addStoredBytes(deps.db, -rows.reduce((sum, row) => sum + row.storedBytes, 0))
    return rows.length > 0
  })
  requestMerge(deps)
  return deleted
}

/** Throws DocumentNotFoundError, with `document_ids`, unless all of these exist. */
export async function requireDocuments({ db }: Pick<Deps, "db">, ids: string[]): Promise<void> {
  const missing = await store.listMissing(db, ids)
  if (missing.length === 0) return
  const sentence = "There is no document with this id."
  throw new AppError("DocumentNotFoundError", sentence, { document_ids: missing })
}

/** Those of these documents that still exist; undefined, for all, stays that. */
export async function stillThere(
  { db }: Pick<Deps, "db">,
  ids: string[] | undefined,
): Promise<string[] | undefined> {
  if (!ids) return undefined
  const missing = new Set(await store.listMissing(db, ids))
  return ids.filter((id) => !missing.has(id))
}

export async function countDocuments({ db }: Pick<Deps, "db">) {
  const { bytes = 0, total = 0, indexed = 0, chunks = 0 } = (await store.countDocuments(db)) ?? {}
  return { total, indexed, total_size_mb: Math.round((bytes / 1024 ** 2) * 100) / 100, chunks }
}

function notFound(id: string, version?: number): AppError {
  const what =
    version === undefined ? "document with this id" : `version ${version} of this document`
  return new AppError("DocumentNotFoundError", `There is no ${what}.`, {
    id,
    ...(version === undefined ? {} : { version }),
  })
}

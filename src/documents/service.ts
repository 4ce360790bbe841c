import type { Deps } from "../deps"
import { AppError } from "../errors"
import { transact } from "../events/transact"
import { removePassages } from "../search/indexing"
import { requestMerge } from "../search/merge"
import { checkFiles, type UploadedFile } from "./check"
import { ingest } from "./ingest"
import { presentDetail, presentDocument } from "./present"
import type { Document, DocumentDetail } from "./schema"
import * as store from "./store"

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
  await transact(deps, async (deps, emit) => {
    await store.lockStorage(deps.db)
    const row = await store.findDocument(deps.db, id)
    if (!row) throw notFound(id)
    await removePassages(deps, id)
    await store.deleteDocument(deps.db, id)
    await store.addStoredBytes(deps.db, -row.storedBytes)
    emit({ type: "document.deleted", data: { document_id: id, name: row.name } })
  })
  requestMerge(deps)
}

/** Throws DocumentNotFoundError, with `document_ids`, unless all of these exist. */
export async function requireDocuments({ db }: Pick<Deps, "db">, ids: string[]): Promise<void> {
  const missing = await store.listMissing(db, ids)
  if (missing.length === 0) return
  const sentence = "There is no document with this id."
  throw new AppError("DocumentNotFoundError", sentence, { document_ids: missing })
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

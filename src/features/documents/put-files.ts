import { hashOf } from "../../engines/convert/content"
import type { DocumentRow } from "../../platform/db/schema/documents"
import { AppError, type ErrorName } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import { type CheckedFile, checkFile, type UploadedFile } from "./check"
import type { DocumentDeps } from "./deps"
import { ingest } from "./ingest"
import { presentDocument } from "./present"
import type { Document } from "./schema"
import * as store from "./store"

/**
 * A file whose name, with parts of a path, is its caller's to make safe. `metadata` says what the
 * document stands for: nothing else may replace it under its name.
 */
export type GivenFile = UploadedFile & { metadata: Record<string, unknown> }

/** What became of a file: a document, or why it can be none. */
export type Put = { document: Document } | { refused: string }

/** What speaks of a file; all else is wrong with Amelia or the disk. */
const refusals: ErrorName[] = [
  "InvalidFileTypeError",
  "FileTooLargeError",
  "DocumentProcessingError",
]

/**
 * Stores files as documents, each new or as the next version of the one with its name and metadata;
 * content that is there already gives its document. In the files' order. Throws
 * StorageQuotaExceededError; one file that can't be a document doesn't keep the others out.
 */
export async function putFiles(deps: DocumentDeps, files: GivenFile[]): Promise<Put[]> {
  const judged = await judgeFiles(deps, files)
  const good = judged.flatMap((it) => ("refused" in it ? [] : [it]))
  const { byName } = await store.listLike(deps.db, good)
  const rows = await ingest(
    deps,
    good.filter((file) => mayTake(file, byName.get(file.name))),
  )
  const byHash = new Map(rows.map((row) => [row.contentHash, presentDocument(row)]))
  return judged.map((it) => {
    if ("refused" in it) return it
    const document = byHash.get(it.contentHash)
    return document ? { document } : { refused: "Another document has its name." }
  })
}

/** Whether a name is free, or its document stands for the same. */
function mayTake({ metadata = {} }: CheckedFile, there: DocumentRow | undefined) {
  return Object.entries(metadata).every(([key, value]) => !there || there.metadata[key] === value)
}

/** Which of these files could be documents, and why the others can't. */
export function judgeFiles(
  deps: Pick<DocumentDeps, "config">,
  files: GivenFile[],
): Promise<(CheckedFile | { refused: string })[]> {
  return Promise.all(
    files.map(async ({ metadata, ...file }) => {
      try {
        return { ...(await checkFile(deps, file, file.name)), metadata }
      } catch (thrown) {
        if (!(thrown instanceof AppError) || !refusals.includes(thrown.name)) throw thrown
        return { refused: thrown.message.replace(`The file “${file.name}”`, "It") }
      }
    }),
  )
}

/** The documents with these contents, by the hash. */
export async function documentsByHash(
  { db }: Pick<DocumentDeps, "db">,
  hashes: string[],
): Promise<Map<string, Document>> {
  const rows = await store.listByHash(db, hashes)
  return new Map(rows.map((row) => [row.contentHash, presentDocument(row)]))
}

/** What a document is recognised by: the hash of its file. */
export const contentHashOf = hashOf

export type NewName = { id: string; name: string; metadata: Record<string, unknown> }

/**
 * Gives documents other names and metadata, also each other's. Their passages stay as they are. A
 * name that someone else has gets the document's id behind it.
 */
export async function renameDocuments(
  deps: Pick<DocumentDeps, "db" | "events">,
  names: NewName[],
): Promise<void> {
  if (names.length === 0) return
  await transact(deps, async ({ db }, emit) => {
    await store.lockStorage(db)
    for (const { id } of names) await store.updateName(db, id, { name: id })
    const { byName } = await store.listLike(
      db,
      names.map(({ name }) => ({ name, contentHash: "" })),
    )
    const taken = new Set(byName.keys())
    for (const { id, name: wanted, metadata } of names) {
      const name = taken.has(wanted) ? `${wanted} (${id})` : wanted
      taken.add(name)
      const row = await store.updateName(db, id, { name, metadata })
      if (row) emit({ type: "document.uploaded", data: { document_id: id, name } })
    }
  })
}

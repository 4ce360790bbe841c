import type { DocumentRow } from "../../platform/db/schema/documents"
import type { DbDeps } from "../../platform/deps"
import { AppError, type ErrorName } from "../../platform/errors"
import { ingestToLibrary, isOfChats } from "./chat-files"
import { type CheckedFile, checkFile, type UploadedFile } from "./check"
import type { DocumentDeps } from "./deps"
import { presentDocument } from "./present"
import type { Document } from "./schema"
import * as store from "./store"

/** `name` must be safe and may contain slashes. Only the same `metadata` may replace a document. */
type GivenFile = UploadedFile & { metadata: Record<string, unknown> }

export type Put = { document: Document } | { refused: string }

/** Errors that are about the file. Any other is a fault of Amelia or the disk. */
const refusals: ErrorName[] = [
  "InvalidFileTypeError",
  "FileTooLargeError",
  "DocumentProcessingError",
]

/**
 * As `ingest`, but one bad file doesn't refuse the others. Returns one result per file, in order.
 */
export async function putFiles(deps: DocumentDeps, files: GivenFile[]): Promise<Put[]> {
  const judged = await judgeFiles(deps, files)
  const good = judged.flatMap((it) => ("refused" in it ? [] : [it]))
  const { byName } = await store.listLike(deps.db, good)
  const allowed = good.filter((file) => mayTake(file, byName.get(file.name)))
  const rows = await ingestToLibrary(deps, allowed)
  const byHash = new Map(rows.map((row) => [row.contentHash, presentDocument(row)]))
  return judged.map((it) => {
    if ("refused" in it) return it
    const document = byHash.get(it.contentHash)
    return document ? { document } : { refused: "Another document has its name." }
  })
}

/** True if the name is free, or its document has the same metadata. */
function mayTake({ metadata = {} }: CheckedFile, there: DocumentRow | undefined) {
  return Object.entries(metadata).every(([key, value]) => !there || there.metadata[key] === value)
}

/** Checks files without storing them. Returns the reason for each that must be refused. */
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

/** Finds the library's documents by their content. */
export async function documentsByHash(
  { db }: DbDeps,
  hashes: string[],
): Promise<Map<string, Document>> {
  const rows = await store.listBy(db, "contentHash", hashes)
  const inLibrary = rows.filter((row) => !isOfChats(row))
  return new Map(inLibrary.map((row) => [row.contentHash, presentDocument(row)]))
}

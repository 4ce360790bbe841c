import type { DocumentRow } from "../../platform/db/schema/documents"
import { CHAT_MARK } from "../../platform/shapes/document"
import type { CheckedFile } from "./check"
import type { DocumentDeps } from "./deps"
import { ingest } from "./ingest"
import { renameDocuments } from "./rename"
import * as store from "./store"

export function isOfChats({ metadata }: Pick<DocumentRow, "metadata">): boolean {
  return CHAT_MARK in metadata
}

/**
 * As `ingest`, for the library: it never changes a file of a chat under the same name, and makes one
 * with the same content a document of the library, so that it outlives its chat.
 */
export async function ingestToLibrary(
  deps: DocumentDeps,
  files: CheckedFile[],
): Promise<DocumentRow[]> {
  await makeWay(deps, files)
  const rows = await ingest(deps, files)
  const taken = rows.filter(isOfChats)
  if (taken.length === 0) return rows
  const byHash = new Map(files.map((file) => [file.contentHash, file]))
  const renamed = taken.map(
    ({ id, name, contentHash, metadata: { [CHAT_MARK]: _, ...others } }) => {
      const file = byHash.get(contentHash)
      return { id, name: file?.name ?? name, metadata: { ...others, ...file?.metadata } }
    },
  )
  await renameDocuments(deps, renamed)
  const ids = taken.map(({ id }) => id)
  const now = new Map((await store.listBy(deps.db, "id", ids)).map((row) => [row.id, row]))
  return rows.map((row) => now.get(row.id) ?? row)
}

/** Renames the chats' files that have the names of new documents. */
async function makeWay(deps: DocumentDeps, files: CheckedFile[]): Promise<void> {
  const { byName } = await store.listLike(deps.db, files)
  const names = new Set(files.map(({ name }) => name))
  const inTheWay = [...byName.values()].filter((row) => names.has(row.name) && isOfChats(row))
  await renameDocuments(
    deps,
    inTheWay.map(({ id, name, metadata }) => ({
      ...{ id, name: nameInChat(name, String(metadata[CHAT_MARK])), metadata },
    })),
  )
}

/** The name of a session's file if a document has its own. */
export function nameInChat(name: string, sessionId: string): string {
  return name.replace(/(?=\.[^.]*$|$)/, ` (chat ${sessionId.slice(-6)})`)
}

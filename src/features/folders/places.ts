import type { FolderFileRow, FolderRow } from "../../platform/db/schema/folders"
import type { DocumentDeps } from "../documents/deps"
import { renameDocuments } from "../documents/put-files"
import { deleteDocuments } from "../documents/service"
import { documentName } from "./name"
import * as store from "./store"

/**
 * Moves documents of changing files to other paths with the same content, if there are any.
 * Otherwise a new version would replace content that those paths still have.
 */
export async function parted(
  deps: DocumentDeps,
  { id: folderId }: Pick<FolderRow, "id">,
  changing: FolderFileRow[],
): Promise<void> {
  const documentIds = changing.flatMap(({ documentId }) => documentId ?? [])
  if (documentIds.length === 0) return
  const leaving = new Set(changing.map(({ path }) => path))
  const places = await store.listPlaces(deps.db, documentIds)
  const others = places.filter((it) => it.folderId !== folderId || !leaving.has(it.path))
  const owned = await store.listOwned(deps.db, folderId, [...leaving])
  const free = others.filter(({ documentId }) => owned.has(documentId))
  await move(deps, free)
}

/**
 * Moves each document whose file now has another one to a path with its content, in any folder, or
 * deletes it if there is none.
 */
export async function settle(deps: DocumentDeps, folderId: string): Promise<void> {
  const misplaced = await store.listMisplaced(deps.db, folderId)
  if (misplaced.length === 0) return
  const places = await store.listPlaces(deps.db, misplaced)
  await move(deps, places)
  const wanted = new Set(places.map(({ documentId }) => documentId))
  const unwanted = misplaced.filter((id) => !wanted.has(id))
  await deleteDocuments(deps, unwanted)
}

/** Renames each document to the first file that has it. */
async function move(deps: DocumentDeps, places: store.Place[]): Promise<void> {
  const first = new Map(places.toReversed().map((place) => [place.documentId, place]))
  const names = [...first.values()].map(({ documentId, folderId, folderName, path }) => ({
    id: documentId,
    name: documentName(folderName, path),
    metadata: { folder_id: folderId, path },
  }))
  await renameDocuments(deps, names)
}

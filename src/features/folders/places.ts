import type { FolderFileRow, FolderRow } from "../../platform/db/schema/folders"
import type { DocumentDeps } from "../documents/deps"
import { renameDocuments } from "../documents/rename"
import { deleteDocuments } from "../documents/service"
import { documentName } from "./name"
import * as store from "./store"

/** Moves documents of changing files to other paths that still have their content. */
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

/** Moves each document whose file now has another one to a path with its content, or deletes it. */
export async function settle(deps: DocumentDeps, folderId: string): Promise<void> {
  const misplaced = await store.listMisplaced(deps.db, folderId)
  if (misplaced.length === 0) return
  const places = await store.listPlaces(deps.db, misplaced)
  await move(deps, places)
  const wanted = new Set(places.map(({ documentId }) => documentId))
  const unwanted = misplaced.filter((id) => !wanted.has(id))
  await deleteDocuments(deps, unwanted)
}

/** Keeps documents whose content is also in another folder. The next start resumes it if killed. */
export async function removeKept(deps: DocumentDeps, id: string): Promise<void> {
  await store.updateFolder(deps.db, id, { removing: true })
  await store.deleteFilesOf(deps.db, id)
  await settle(deps, id)
  await store.deleteFolder(deps.db, id)
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

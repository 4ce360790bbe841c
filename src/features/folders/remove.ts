import type { DocumentDeps } from "../documents/deps"
import { settle } from "./places"
import * as store from "./store"

/**
 * Removes a folder and its documents, except those whose content is also in another folder. If it
 * is killed, the next start resumes it.
 */
export async function removeKept(deps: DocumentDeps, id: string): Promise<void> {
  await store.updateFolder(deps.db, id, { removing: true })
  await store.deleteFilesOf(deps.db, id)
  await settle(deps, id)
  await store.deleteFolder(deps.db, id)
}

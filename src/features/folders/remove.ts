import type { DocumentDeps } from "../documents/deps"
import { settle } from "./places"
import * as store from "./store"

/**
 * Removes a folder with those of its documents that no other folder has the content of. One that is
 * killed in the middle is gone on with at the next start.
 */
export async function removeKept(deps: DocumentDeps, id: string): Promise<void> {
  await store.updateFolder(deps.db, id, { removing: true })
  await store.deleteFilesOf(deps.db, id)
  await settle(deps, id)
  await store.deleteFolder(deps.db, id)
}

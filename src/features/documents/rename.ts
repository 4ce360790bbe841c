import { transact } from "../../platform/events/transact"
import type { DocumentDeps } from "./deps"
import * as store from "./store"

export type NewName = { id: string; name: string; metadata: Record<string, unknown> }

/** Renames documents and replaces their metadata. Appends the id to a name that is taken. */
export async function renameDocuments(
  deps: Pick<DocumentDeps, "db" | "events">,
  names: NewName[],
): Promise<void> {
  if (names.length === 0) return
  await transact(deps, async ({ db }, emit) => {
    await store.lockStorage(db)
    for (const { id } of names) await store.updateDocument(db, { id }, { name: id })
    const wanted = names.map(({ name }) => ({ name, contentHash: "" }))
    const { byName } = await store.listLike(db, wanted)
    const taken = new Set(byName.keys())
    for (const { id, name: wanted, metadata } of names) {
      const name = taken.has(wanted) ? `${wanted} (${id})` : wanted
      taken.add(name)
      const row = await store.updateDocument(db, { id }, { name, metadata })
      if (row) emit({ type: "document.uploaded", data: { document_id: id, name } })
    }
  })
}

import { z } from "zod"
import type { DbDeps } from "../../platform/deps"
import {
  PICKED_MAX,
  type Pickable,
  type Picker,
  type PickerFieldName,
  type PickerQuery,
} from "./schema"
import * as store from "./store"

/** Reads what a picker shows. `ids` are those picked before, for agents also folder paths. */
export async function readPicker(
  { db }: DbDeps,
  field: PickerFieldName,
  ids: string[],
  query: PickerQuery,
): Promise<Picker> {
  const before = await namesOf({ db }, ids)
  const words = query.pick_find.split(/\s+/).filter(Boolean)
  const without = before.map(({ id }) => id).filter(isId)
  const filter = { without, words, folder: query.pick_folder }
  const isAllPicked = query.pick_matching === "true"
  const limit = isAllPicked ? Math.max(0, PICKED_MAX - before.length) : query.pick_shown
  const [matching, listed, total, folders] = await Promise.all([
    store.countPickable(db, filter),
    store.listPickable(db, filter, limit),
    store.countPickable(db),
    store.listFolderNames(db),
  ])
  const shown = isAllPicked
    ? { picked: [...before, ...listed], found: [], matching: matching - listed.length }
    : { picked: before, found: listed, matching }
  return { field, query, total, folders, isOpen: false, ...shown }
}

/** Keeps the order. A document that is gone keeps its place, so that a person can take it out. */
async function namesOf({ db }: DbDeps, given: string[]): Promise<Pickable[]> {
  const ids = [...new Set(given)]
  const rows = await store.listPicked(db, ids.filter(isId))
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  const nameOf = (id: string) => (isId(id) ? `A deleted document (${id})` : id)
  return ids.map((id) => ({ id, name: names.get(id) ?? nameOf(id) }))
}

function isId(id: string): boolean {
  return z.uuid().safeParse(id).success
}

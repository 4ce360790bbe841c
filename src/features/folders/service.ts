import { basename } from "node:path"
import { firstRow } from "../../platform/db/first-row"
import type { Page } from "../../platform/db/page"
import type { FolderRow } from "../../platform/db/schema/folders"
import type { DbDeps } from "../../platform/deps"
import { AppError } from "../../platform/errors"
import { isIn } from "../../platform/files/is-in"
import { safeName } from "../documents/names"
import type { FolderDeps } from "./deps"
import { removeKept } from "./places"
import { presentFolder } from "./present"
import { refuse, requireRoot } from "./root"
import type { Folder, FolderChanges, FolderDetail, FolderInput, FolderPlan } from "./schema"
import { needsRejudging } from "./secrets"
import * as store from "./store"
import { previewSync } from "./sync"

type AddedFolder = Omit<FolderInput, "dry_run">

const SKIPPED_LISTED = 200
const ATTEMPTS_MAX = 5

/**
 * Adds a folder and queues its first sync; a known folder is synced again. Throws ValidationError
 * if `requireRoot` refuses it or it overlaps another folder, since each file has one document.
 */
export async function addFolder(
  deps: FolderDeps,
  given: AddedFolder,
): Promise<{ folder: Folder; isNew: boolean }> {
  const path = await requireRoot(deps.config, given.path)
  const includeSecrets = given.include_secrets
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const present = await findKept(deps, path)
    const row = present ?? (await insert(deps, path, includeSecrets ?? false))
    if (!row) continue
    if (includeSecrets !== undefined) await store.updateFolder(deps.db, row.id, { includeSecrets })
    deps.folders.sync(row.id, true)
    return { folder: await getFolder(deps, row.id), isNew: !present }
  }
  const sentence = "Someone else is adding folders with this name."
  const details = { path, help: "Try again in a moment." }
  throw new AppError("ConcurrentModificationError", sentence, details)
}

/** Returns what adding or syncing a folder would do. Reads the files and stores nothing. */
export async function previewFolder(
  deps: FolderDeps,
  given: AddedFolder,
  signal: AbortSignal,
): Promise<FolderPlan> {
  const path = await requireRoot(deps.config, given.path)
  const present = await findKept(deps, path)
  const as = present ?? { id: Bun.randomUUIDv7(), name: basename(path), path, lastSync: null }
  const includeSecrets = given.include_secrets ?? present?.includeSecrets ?? false
  const folder = { ...as, includeSecrets }
  return (await previewSync(deps, folder, { signal, rejudge: needsRejudging(folder) })).plan(path)
}

export async function listFolders(deps: FolderDeps, page: Page): Promise<Folder[]> {
  return present(deps, await store.listFolders(deps.db, page))
}

export async function getFolder(deps: FolderDeps, id: string): Promise<FolderDetail> {
  const row = await requireFolder(deps, id)
  const folder = firstRow(await present(deps, [row]))
  const skipped = await store.listSkipped(deps.db, id, SKIPPED_LISTED)
  const reasons = skipped.map(({ path, reason }) => ({ path, reason: reason ?? "" }))
  return { ...folder, skipped: reasons }
}

/** Queues a sync, which also reads files that were skipped because of their content. */
export async function syncNow(deps: FolderDeps, id: string): Promise<Folder> {
  await requireOwn(deps, id)
  deps.folders.sync(id, true)
  return getFolder(deps, id)
}

/** Changes which files of a folder are indexed. A sync in the background applies it. */
export async function changeFolder(
  deps: FolderDeps,
  id: string,
  { include_secrets: includeSecrets }: FolderChanges,
): Promise<Folder> {
  await requireOwn(deps, id)
  await store.updateFolder(deps.db, id, { includeSecrets })
  deps.folders.sync(id, false)
  return getFolder(deps, id)
}

/** Removes a folder and its documents. The files on disk stay. */
export async function removeFolder(deps: FolderDeps, id: string): Promise<void> {
  await requireFolder(deps, id)
  await deps.folders.leave(id)
  await removeKept(deps, id)
}

/** Lists the documents below an absolute path. Returns undefined outside of synced folders. */
export async function listDocumentsAt({ db }: DbDeps, path: string): Promise<string[] | undefined> {
  const around = (await store.listAll(db)).find((folder) => isIn(path, folder.path))
  return around && store.listDocumentIds(db, around.id, path.slice(around.path.length + 1))
}

async function findKept(deps: FolderDeps, path: string): Promise<FolderRow | undefined> {
  const kept = await store.listKept(deps.db, deps.folders.name)
  const around = kept.find((it) => isIn(path, it.path))
  if (around?.path === path) return around
  if (around) throw refuse(path, `${path} is inside ${around.path}, which is already synced.`)
  const inside = kept.find((it) => isIn(it.path, path))
  if (!inside) return undefined
  const sentence = `${path} contains ${inside.path}, which is already synced. Remove that folder first.`
  throw refuse(path, sentence)
}

/** Returns undefined if someone else took the path or name first. */
async function insert(
  { db, folders }: FolderDeps,
  path: string,
  includeSecrets: boolean,
): Promise<FolderRow | undefined> {
  const plain = safeName(basename(path))
  const taken = new Set(await store.listNames(db, plain))
  let name = plain
  for (let n = 2; taken.has(name); n++) name = `${plain} (${n})`
  return store.insertFolder(db, { name, path, includeSecrets, keeper: folders.name })
}

async function requireFolder({ db }: DbDeps, id: string): Promise<FolderRow> {
  const row = await store.findFolder(db, id)
  if (row && !row.removing) return row
  throw new AppError("NotFoundError", "There is no folder with this id.", { id })
}

async function requireOwn(deps: FolderDeps, id: string): Promise<void> {
  const { path, keeper } = await requireFolder(deps, id)
  if (keeper === deps.folders.name) return
  const sentence = `Another Amelia, at ${keeper}, syncs the folder ${path}.`
  const details = { id, keeper, help: "Use that one to change it." }
  throw new AppError("ConcurrentModificationError", sentence, details)
}

async function present(deps: FolderDeps, rows: FolderRow[]): Promise<Folder[]> {
  const ids = rows.map(({ id }) => id)
  const counts = await store.countFiles(deps.db, ids)
  return rows.map((row) => {
    const files = { indexed: 0, processing: 0, failed: 0, skipped: 0 }
    for (const { folderId, status, count } of counts) {
      if (folderId === row.id) files[status ?? "skipped"] += count
    }
    return presentFolder(row, files, deps.folders.stateOf(row.id))
  })
}

import { hostname } from "node:os"
import { version } from "../../../package.json"
import type { FolderRow } from "../../platform/db/schema/folders"
import { asAppError, messageOf } from "../../platform/errors"
import { warn } from "../../platform/events/warn"
import type { DocumentDeps } from "../documents/deps"
import { KeptFolder } from "./kept"
import { removeKept } from "./places"
import type { Watching } from "./schema"
import { needsRejudging, secretRules } from "./secrets"
import * as store from "./store"
import { syncFolder } from "./sync"

const TOLD_MS = 200

/** Syncs folders with the disk in the background, one at a time. */
export type FolderKeeper = {
  /** Tells which folders are this process's own if several processes share a database. */
  name: string
  /** Watches all folders from now on, and syncs each once. */
  start(): Promise<void>
  /** Queues a sync. `recheck` also reads files that were skipped because of their content. */
  sync(id: string, recheck: boolean): void
  /** `progress` is undefined unless a sync is running or queued. */
  stateOf(id: string): { progress: number | undefined; watching: Watching }
  /** Stops syncing a folder that will be removed. */
  leave(id: string): Promise<void>
  close(): Promise<void>
}

export function createFolderKeeper(deps: DocumentDeps): FolderKeeper {
  // Whoever has the embedded database also has its folders, even if the home was moved.
  const name = deps.ownsHome ? "" : `${hostname()}:${deps.config.home}`
  const kept = new Map<string, KeptFolder>()
  const queue = new Set<KeptFolder>()
  let working: Promise<void> | undefined
  let watches = false
  let open = true

  function keep(id: string): KeptFolder {
    const present = kept.get(id)
    if (present) return present
    const onLimit = (error: unknown) => void warn(deps, limitSentence(error), { folder_id: id })
    const folder = new KeptFolder({ id, watches, ask: () => ask(folder), onLimit })
    kept.set(id, folder)
    return folder
  }

  function ask(folder: KeptFolder): void {
    if (!open) return
    queue.add(folder)
    folder.progress ??= 0
    working ??= work()
  }

  async function work(): Promise<void> {
    for (const folder of queue) {
      queue.delete(folder)
      folder.syncing = syncOne(deps, folder)
      await folder.syncing
      folder.progress = queue.has(folder) ? 0 : undefined
      publish(deps, folder, 1)
    }
    working = undefined
  }

  return {
    name,
    async start() {
      watches = true
      for (const { id } of await store.listKept(deps.db, name)) ask(keep(id))
    },
    sync(id, recheck) {
      const folder = keep(id)
      folder.recheck ||= recheck
      ask(folder)
    },
    stateOf(id) {
      const folder = kept.get(id)
      return { progress: folder?.progress, watching: folder?.watching ?? "off" }
    },
    async leave(id) {
      const folder = kept.get(id)
      if (!folder) return
      folder.close()
      kept.delete(id)
      queue.delete(folder)
      await folder.syncing
    },
    async close() {
      open = false
      queue.clear()
      for (const folder of kept.values()) folder.close()
      await working
    },
  }
}

/** Syncs a folder and records the result. Never rejects. */
async function syncOne(deps: DocumentDeps, folder: KeptFolder): Promise<void> {
  const { db, log } = deps
  const fail = async (row: FolderRow, thrown: unknown) => {
    if (folder.signal.aborted) return
    const known = asAppError(thrown)
    const error = known ? known.message : `This folder could not be read: ${messageOf(thrown)}`
    // The next attempt is soon, and usually fails for the same reason.
    if (error === row.error) return
    if (!known) log.error({ event: "folder.failed", folder_id: row.id, err: thrown })
    await store.updateFolder(db, row.id, { error })
  }
  try {
    const row = await store.findFolder(db, folder.id)
    if (!row || folder.signal.aborted) return
    if (row.removing) return await removeKept(deps, row.id)
    await syncRow(deps, folder, row).catch((thrown) => fail(row, thrown))
  } catch (err) {
    log.error({ event: "folder.failed", folder_id: folder.id, err })
  }
}

async function syncRow(deps: DocumentDeps, folder: KeptFolder, row: FolderRow): Promise<void> {
  // A newer Amelia may read what an older one could not read.
  const recheck = folder.recheck || row.lastSync?.version !== version
  const tally = await folder.look((looking) =>
    syncFolder(deps, row, {
      ...looking,
      ...{ recheck, rejudge: needsRejudging(row) },
      onProgress: progressReporter(deps, folder),
    }),
  )
  folder.recheck = false
  const lastSync = { ...tally.counts, version, secretRules: secretRules(row) }
  const done = { error: null, lastSync, syncedAt: new Date() }
  await store.updateFolder(deps.db, row.id, done)
}

/** Reports progress, except the end, which is reported once it is stored. */
function progressReporter(deps: DocumentDeps, folder: KeptFolder) {
  let last = 0
  return (done: number, total: number): void => {
    const now = performance.now()
    folder.progress = done / total
    if (done === total || now - last < TOLD_MS) return
    last = now
    publish(deps, folder, folder.progress)
  }
}

function publish({ events }: DocumentDeps, { id }: KeptFolder, progress: number): void {
  events.publish({ type: "document.progress", data: { folder_id: id, progress } })
}

function limitSentence(error: unknown): string {
  return (
    `The operating system can't watch more directories (${messageOf(error)}), so Amelia scans this ` +
    "folder every few seconds. On Linux, raise fs.inotify.max_user_watches."
  )
}

import { realpath } from "node:fs/promises"
import type { FolderFileRow, FolderRow, folderFiles } from "../../platform/db/schema/folders"
import { transact } from "../../platform/events/transact"
import type { DocumentDeps } from "../documents/deps"
import { documentsByHash, judgeFiles, putFiles } from "../documents/put-files"
import { type Again, type Candidate, compare } from "./compare"
import { type Examined, examine, type Unreadable } from "./examine"
import { documentName } from "./name"
import { parted, settle } from "./places"
import { type ScanOptions, scan } from "./scan"
import * as store from "./store"
import { Tally } from "./tally"

/** A folder, perhaps not added yet. */
type Of = Pick<FolderRow, "id" | "name" | "path" | "includeSecrets">

type SyncOptions = Pick<ScanOptions, "signal" | "onDirectory"> &
  Again & {
    /** Counts only files that must be read. */
    onProgress?: (done: number, total: number) => void
  }

/** A file's document, or why it has none. */
type Judged = { documentId: string | null; skipped: string | null }
type Judge = (files: Examined[]) => Promise<Judged[]>

/**
 * Makes a folder's documents match its files. Records each file after its document, so the next
 * sync resumes a killed one. Adds before it removes, so that documents follow moved files.
 */
export async function syncFolder(
  deps: DocumentDeps,
  folder: FolderRow,
  options: SyncOptions,
): Promise<Tally> {
  const { tally, gone, refused } = await walk(deps, folder, options, (files) =>
    putAll(deps, folder, files),
  )
  const rows = refused.map(({ found: { path, size, changedAt, skipped } }) => ({
    ...{ folderId: folder.id, path, size, changedAt, skipped },
  }))
  const old = [...gone, ...refused.flatMap(({ row }) => row ?? [])]
  await record(deps, old, rows)
  await settle(deps, folder.id)
  return tally
}

/** Returns what `syncFolder` would do. Reads the same files. */
export async function previewSync(
  deps: DocumentDeps,
  folder: Of,
  options: Pick<SyncOptions, "signal" | "rejudge">,
): Promise<Tally> {
  const judge: Judge = async (files) => {
    const judged = await judgeFiles(deps, given(folder, files))
    return judged.map((it, i) => ({
      documentId: null,
      skipped: files[i]?.secret ?? ("refused" in it ? it.refused : null),
    }))
  }
  return (await walk(deps, folder, { ...options, recheck: true }, judge)).tally
}

async function walk(deps: DocumentDeps, folder: Of, options: SyncOptions, judge: Judge) {
  const { signal, onProgress } = options
  const maxBytes = deps.config.maxUploadMb * 1024 ** 2
  const without = await realpath(deps.config.home)
  const { includeSecrets } = folder
  const found = await scan(folder.path, { ...options, maxBytes, includeSecrets, without })
  const rows = await store.listFiles(deps.db, folder.id)
  const { added, changed, ...rest } = compare(rows, found, options)
  const tally = new Tally(rest.gone)
  tally.unchanged(rest.unchanged)
  for (const { path, skipped } of [...rest.skipped, ...rest.refused.map((it) => it.found)]) {
    tally.skipped(path, skipped ?? "")
  }
  const total = added.length + changed.length
  let done = 0
  for (const candidates of [added, changed]) {
    const limits = { maxBytes, includeSecrets, signal }
    for await (const batch of examine(folder.path, candidates, limits)) {
      const unreadable = batch.filter((it) => "reason" in it)
      rest.refused.push(...unreadable.map(refusal))
      for (const { found, reason } of unreadable) tally.skipped(found.path, reason)
      const read = batch.filter((it) => "bytes" in it)
      const judged = await judge(read)
      for (const [i, file] of read.entries()) count(tally, file, judged[i]?.skipped ?? null)
      done += batch.length
      onProgress?.(done, total)
    }
  }
  return { tally, ...rest }
}

function refusal({ found, row, reason }: Unreadable): Candidate {
  return { row, found: { ...found, skipped: reason } }
}

function count(tally: Tally, { found: { path }, row, hash }: Examined, skipped: string | null) {
  if (skipped !== null) tally.skipped(path, skipped)
  else if (!row || row.documentId === null) tally.added(path, hash)
  else if (row.contentHash === hash) tally.unchanged()
  else tally.changed(path)
}

/** Gives each file its document and records it. Doesn't store existing content again. */
async function putAll(deps: DocumentDeps, folder: FolderRow, files: Examined[]): Promise<Judged[]> {
  const hashes = files.map(({ hash }) => hash)
  const known = await documentsByHash(deps, hashes)
  const judged = new Map<Examined, Judged>()
  for (const file of files) {
    const document = known.get(file.hash)
    if (file.secret) judged.set(file, { documentId: null, skipped: file.secret })
    else if (document) judged.set(file, { documentId: document.id, skipped: null })
  }
  await recordJudged(deps, folder, judged)
  const fresh = files.filter((file) => !judged.has(file))
  const changing = fresh.flatMap(({ row }) => row ?? [])
  await parted(deps, folder, changing)
  const put = await putFiles(deps, given(folder, fresh))
  const added = new Map(
    fresh.map((file, i): [Examined, Judged] => {
      const it = put[i]
      if (it && "document" in it) return [file, { documentId: it.document.id, skipped: null }]
      return [file, { documentId: null, skipped: it?.refused ?? "" }]
    }),
  )
  await recordJudged(deps, folder, added)
  const all = new Map([...judged, ...added])
  return files.flatMap((file) => all.get(file) ?? [])
}

function given({ id, name }: Of, files: Examined[]) {
  return files.map(({ found: { path }, bytes }) => ({
    name: documentName(name, path),
    bytes,
    metadata: { folder_id: id, path },
  }))
}

function recordJudged(deps: DocumentDeps, { id }: FolderRow, judged: Map<Examined, Judged>) {
  const rows = [...judged].map(([{ found, size, changedAt, hash }, what]) => ({
    ...{ folderId: id, path: found.path, size, changedAt, contentHash: hash, ...what },
  }))
  const old = [...judged.keys()].flatMap(({ row }) => row ?? [])
  return record(deps, old, rows)
}

async function record(
  deps: DocumentDeps,
  old: FolderFileRow[],
  rows: (typeof folderFiles.$inferInsert)[],
): Promise<void> {
  if (old.length === 0 && rows.length === 0) return
  const ids = old.map(({ id }) => id)
  const added = rows.map((row) => ({ id: Bun.randomUUIDv7(), ...row }))
  await transact(deps, ({ db }) => store.replaceFiles(db, ids, added))
}

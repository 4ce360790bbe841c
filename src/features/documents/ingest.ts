import { setTimeout as delay } from "node:timers/promises"
import { type Preparer, startPreparer } from "../../engines/convert/chunk/preparer"
import type { EngineDeps } from "../../engines/deps"
import {
  addPassages,
  numberPassages,
  type PreparedPassages,
  removePassages,
} from "../../engines/index/indexing"
import { requestMerge } from "../../engines/index/merge"
import { batchesOf } from "../../platform/async/batches"
import { together } from "../../platform/async/together"
import type { Db } from "../../platform/db/db"
import type { DocumentRow } from "../../platform/db/schema/documents"
import { AppError } from "../../platform/errors"
import { type Emit, transact } from "../../platform/events/transact"
import { type CheckedFile, requireRoom } from "./check"
import type { DocumentDeps } from "./deps"
import { keepOriginals, sweepOriginals } from "./originals"
import { tryAgain } from "./staging"
import * as store from "./store"
import * as versions from "./versions-store"

/**
 * What one transaction takes at most, in files and characters, so that it is over soon. One for
 * each small file would take most of the time.
 */
const OF_TRANSACTION = { count: 25, size: 25_000 }
const ATTEMPTS_MAX = 10
/** In such a time others get all the answers that they need of the database, and not one a batch. */
const REST_MS = 5
/** A search asks for one thing after another, and would have to wait for a batch each time. */
const SEARCH_MS = 40

/**
 * Stores files as documents, each new or as the next version of the one with its name; content
 * that is there already gives its document, which is tried again if it failed. One without text is
 * converted in the background. Chunks and terms are made before the transaction, those of a batch
 * while the one before is stored. In it all of a batch becomes visible together: documents, texts,
 * passages and events.
 */
export async function ingest(deps: DocumentDeps, files: CheckedFile[]): Promise<DocumentRow[]> {
  const kept = await keepOriginals(deps.config, files)
  try {
    const rows = await storeAll(deps, kept)
    for (const [i, row] of rows.entries()) {
      if (row.status === "failed") rows[i] = (await tryAgain(deps, row.id)) ?? row
      // What was done for the version before is done in vain.
      if (row.version > 1) deps.conversions.cancel(row.id)
    }
    if (rows.some(({ status }) => status === "processing")) deps.conversions.wake()
    return rows
  } finally {
    // Nobody needs that of a file that was refused after all, or is there already.
    const originals = kept.flatMap(({ original }) => original ?? [])
    await sweepOriginals(deps, originals)
  }
}

async function storeAll(deps: EngineDeps, files: CheckedFile[]): Promise<DocumentRow[]> {
  const rows = new Map<string, DocumentRow>()
  const unique = [...new Map(files.map((file) => [file.contentHash, file])).values()]
  using preparer = startPreparer(unique)
  const batches = batchesOf(unique, OF_TRANSACTION, sizeOf)
  const start = (batch: CheckedFile[]) => prepareFresh(deps, batch, preparer)
  for await (const batch of oneAhead(batches, start)) {
    if (rows.size > 0) await Promise.all([delay(REST_MS), deps.search.untilQuiet(SEARCH_MS)])
    for (const row of await storeBatch(deps, batch, start)) rows.set(row.contentHash, row)
    requestMerge(deps)
  }
  return files.flatMap(({ contentHash }) => rows.get(contentHash) ?? [])
}

/** What `start` makes of each item, where the next is made while one is used. */
async function* oneAhead<T, R>(items: Iterable<T>, start: (item: T) => Promise<R>) {
  let before: Promise<R> | undefined
  for (const item of items) {
    const next = start(item)
    // Its failure is met when its turn comes, if it does.
    next.catch(() => {})
    if (before) yield await before
    before = next
  }
  if (before) yield await before
}

type Batch = Awaited<ReturnType<typeof prepareFresh>>

/** Finds out which files of a batch are new, and prepares those. */
async function prepareFresh({ db, config }: EngineDeps, files: CheckedFile[], preparer: Preparer) {
  const { byHash } = await store.listLike(db, files)
  const fresh = files.filter(({ contentHash }) => !byHash.has(contentHash))
  const options = { size: config.chunkSize, overlap: config.chunkOverlap }
  const texts = await Promise.all(fresh.map(({ text }) => text?.()))
  const packed = await preparer.prepare({
    files: fresh.map(({ name, type }, i) => ({ name, type, text: texts[i] ?? "" })),
    options,
  })
  const prepared = await numberPassages(db, packed)
  return { files, known: [...byHash.values()], fresh, texts, prepared }
}

async function storeBatch(
  deps: EngineDeps,
  batch: Batch,
  again: (files: CheckedFile[]) => Promise<Batch>,
): Promise<DocumentRow[]> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const current = attempt === 0 ? batch : await again(batch.files)
    const stored = current.fresh.length === 0 ? [] : await storeFresh(deps, current)
    if (stored) return [...current.known, ...stored]
  }
  const sentence = "These documents are being uploaded by someone else right now. Please try again."
  throw new AppError("ConcurrentModificationError", sentence, {
    names: batch.files.map(({ name }) => name),
    help: "Wait until the other upload is done.",
  })
}

/** Stores new contents. Undefined if one of them was stored meanwhile: nothing is done then. */
async function storeFresh(
  deps: EngineDeps,
  { fresh: files, texts, prepared }: Batch,
): Promise<DocumentRow[] | undefined> {
  return await transact(deps, async (deps, emit) => {
    const { db, config } = deps
    // One after the other on one connection, so that what is listed is what is there once it is locked.
    const [storedBytes, { byHash, byName }] = await together([
      store.lockStorage(db),
      store.listLike(db, files),
    ])
    if (files.some(({ contentHash }) => byHash.has(contentHash))) return undefined
    const moreBytes = sum(files.map(({ sizeBytes }) => sizeBytes))
    requireRoom(config, storedBytes, moreBytes)
    const rows = await putDocuments(deps, files, byName, prepared)
    const made = files.flatMap((file, i) => versionOf(file, rows[i]))
    // Made while the engine works on the one before: nobody else gets a turn until all are done.
    await together([
      versions.insertVersions(db, made),
      versions.insertTexts(
        db,
        made.flatMap(({ documentId, version }, i) => {
          const content = texts[i]
          return content === undefined ? [] : { documentId, version, content }
        }),
      ),
      addPassages(db, rows, prepared),
      store.addStoredBytes(db, moreBytes),
    ])
    for (const row of rows) tell(emit, row)
    return rows
  })
}

function versionOf(file: CheckedFile, row: DocumentRow | undefined) {
  if (!row) return []
  const { id: documentId, version, type, status, fileSize, contentHash } = row
  const original = file.original ?? null
  return { documentId, version, type, status, fileSize, contentHash, original }
}

/** The rows in the order of the files. A name that is taken has its version counted up. */
async function putDocuments(
  deps: Pick<EngineDeps, "db" | "search">,
  files: CheckedFile[],
  byName: ReadonlyMap<string, DocumentRow>,
  { rows }: PreparedPassages,
): Promise<DocumentRow[]> {
  const put = new Map<string, DocumentRow>()
  const added = []
  for (const [i, file] of files.entries()) {
    const { name, type, sizeBytes: fileSize, contentHash, metadata, sourceUrl = null } = file
    const older = byName.get(name)
    const version = (older?.version ?? 0) + 1
    const isIndexed = file.text !== undefined
    const state = isIndexed
      ? ({ status: "indexed", progress: 1, indexedVersion: version } as const)
      : ({ status: "processing", progress: 0 } as const)
    const passages = isIndexed ? { chunkCount: rows[i]?.length ?? 0 } : {}
    const content = { type, fileSize, contentHash, sourceUrl, version, ...passages, ...state }
    if (!older) {
      added.push({ name, ...content, storedBytes: fileSize, metadata })
      continue
    }
    // Until the next version can be found too, the former one is.
    if (isIndexed) await removePassages(deps, [older.id])
    if (older.status === "processing") await supersede(deps.db, older)
    const storedBytes = older.storedBytes + fileSize
    const changes = { ...content, error: null, storedBytes }
    const row = await store.updateDocument(deps.db, { id: older.id }, changes)
    if (row) put.set(name, row)
  }
  for (const row of await store.insertDocuments(deps.db, added)) put.set(row.name, row)
  return files.flatMap(({ name }) => put.get(name) ?? [])
}

async function supersede(db: Db, { id: documentId, version }: DocumentRow): Promise<void> {
  const error = "A newer version came before this one was read."
  await versions.updateVersion(db, { documentId, version }, { status: "failed", error })
}

function tell(emit: Emit, { id, name, status, chunkCount }: DocumentRow): void {
  emit({ type: "document.uploaded", data: { document_id: id, name } })
  if (status !== "indexed") return
  emit({ type: "document.indexed", data: { document_id: id, name, chunk_count: chunkCount } })
}

const sizeOf = ({ text, sizeBytes }: CheckedFile) => (text ? sizeBytes : 0)

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

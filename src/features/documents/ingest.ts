import { setTimeout as delay } from "node:timers/promises"
import type { Converted } from "../../engines/convert/converted"
import { partsOf } from "../../engines/convert/prepare"
import { type Preparer, startPreparer } from "../../engines/convert/preparer"
import type { EngineDeps } from "../../engines/deps"
import { addPassages, numberPassages, removePassages } from "../../engines/index/indexing"
import { requestMerge } from "../../engines/index/merge"
import { batchesOf } from "../../platform/async/batches"
import { together } from "../../platform/async/together"
import type { Db } from "../../platform/db/db"
import type { DocumentRow } from "../../platform/db/schema/documents"
import { AppError } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import { type CheckedFile, requireRoom } from "./check"
import type { DocumentDeps } from "./deps"
import { keepOriginals, sweepOriginals } from "./originals"
import { emitIndexed, indexedState, retryFailed } from "./staging"
import * as store from "./store"
import * as versions from "./versions-store"

/** Files and characters per transaction: committing each file alone takes most of the time. */
const TRANSACTION = { count: 25, size: 25_000 }
const ATTEMPTS_MAX = 10
/** Pause between batches, in which the database answers others. */
const REST_MS = 5
/** How long a batch waits for running searches, which would otherwise queue behind each batch. */
const SEARCH_MS = 40

/**
 * Stores files as documents, or as the next version of the document with their name. A file whose
 * content is stored already returns that document, and retries it if it failed. Short files can be
 * searched when this resolves; others are converted in the background.
 */
export async function ingest(deps: DocumentDeps, files: CheckedFile[]): Promise<DocumentRow[]> {
  const kept = await keepOriginals(deps.config, files)
  try {
    const rows = await storeAll(deps, kept)
    for (const [i, row] of rows.entries()) {
      if (row.status === "failed") rows[i] = (await retryFailed(deps, row.id)) ?? row
      // The version before is no longer wanted.
      if (row.version > 1) deps.conversions.cancel(row.id)
    }
    if (rows.some(({ status }) => status === "processing")) deps.conversions.wake()
    return rows
  } finally {
    // Removes those of files that were refused after all, or were stored already.
    const originals = kept.flatMap(({ original }) => original ?? [])
    await sweepOriginals(deps, originals)
  }
}

/** Stores each content once, in batches. Prepares a batch while the one before is stored. */
async function storeAll(deps: EngineDeps, files: CheckedFile[]): Promise<DocumentRow[]> {
  const rows = new Map<string, DocumentRow>()
  const unique = [...new Map(files.map((file) => [file.contentHash, file])).values()]
  using preparer = startPreparer(unique.filter(({ isShort }) => isShort))
  const prepare = (batch: CheckedFile[]) => prepareBatch(deps, batch, preparer)
  for await (const batch of oneAhead(batchesOf(unique, TRANSACTION, sizeOf), prepare)) {
    if (rows.size > 0) await Promise.all([delay(REST_MS), deps.search.untilQuiet(SEARCH_MS)])
    for (const row of await storeBatch(deps, batch, prepare)) rows.set(row.contentHash, row)
    requestMerge(deps)
  }
  return files.flatMap(({ contentHash }) => rows.get(contentHash) ?? [])
}

const sizeOf = ({ isShort, sizeBytes }: CheckedFile) => (isShort ? sizeBytes : 0)

/** Yields `start(item)` for each item, and starts the next while the caller uses it. */
async function* oneAhead<T, R>(items: Iterable<T>, start: (item: T) => Promise<R>) {
  let before: Promise<R> | undefined
  for (const item of items) {
    const next = start(item)
    // A failure is thrown when its turn comes.
    next.catch(() => {})
    if (before) yield await before
    before = next
  }
  if (before) yield await before
}

type Batch = Awaited<ReturnType<typeof prepareBatch>>
/** A short file's text, and how many passages it has. */
type Ready = Converted & { chunkCount: number }

/** Prepares the short files of a batch whose content is new. */
async function prepareBatch({ db, config }: EngineDeps, files: CheckedFile[], preparer: Preparer) {
  const { byHash } = await store.listLike(db, files)
  const fresh = files.filter(({ contentHash }) => !byHash.has(contentHash))
  const short = fresh.filter(({ isShort }) => isShort)
  const { converted, packed } = await preparer.prepare({
    files: await Promise.all(short.map(readSource)),
    options: { size: config.chunkSize, overlap: config.chunkOverlap },
  })
  const passages = await numberPassages(db, packed)
  const ready = new Map<CheckedFile, Ready>()
  for (const [i, file] of short.entries()) {
    const text = converted[i]
    if (text) ready.set(file, { ...text, chunkCount: passages.rows[i]?.length ?? 0 })
  }
  return { files, known: [...byHash.values()], fresh, ready, passages }
}

async function readSource({ name, type, sourceUrl, content }: CheckedFile) {
  return { name, type, url: sourceUrl ?? null, bytes: await content.read() }
}

async function storeBatch(
  deps: EngineDeps,
  batch: Batch,
  prepare: (files: CheckedFile[]) => Promise<Batch>,
): Promise<DocumentRow[]> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const current = attempt === 0 ? batch : await prepare(batch.files)
    const stored = current.fresh.length === 0 ? [] : await storeFresh(deps, current)
    if (stored) return [...current.known, ...stored]
  }
  const sentence = "Someone else is uploading these documents right now. Please try again."
  throw new AppError("ConcurrentModificationError", sentence, {
    names: batch.files.map(({ name }) => name),
    help: "Wait until the other upload is done.",
  })
}

/** Returns undefined, and stores nothing, if another upload stored one of these first. */
async function storeFresh(
  deps: EngineDeps,
  { fresh, ready, passages }: Batch,
): Promise<DocumentRow[] | undefined> {
  return await transact(deps, async (deps, emit) => {
    const { db, config } = deps
    // In this order on one connection: the list is read under the lock.
    const [storedBytes, { byHash, byName }] = await together([
      store.lockStorage(db),
      store.listLike(db, fresh),
    ])
    if (fresh.some(({ contentHash }) => byHash.has(contentHash))) return undefined
    const moreBytes = fresh.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    requireRoom(config, storedBytes, moreBytes)
    const put = await putDocuments(deps, { fresh, ready }, byName)
    const indexed = put.flatMap(({ row, text }) => (text ? [row] : []))
    // Sent together: the engine never waits for us, and nobody else gets a turn in between.
    await together([
      versions.insertVersions(db, put.map(versionOf)),
      versions.insertTexts(db, put.flatMap(textRows)),
      addPassages(db, indexed, passages),
      store.addStoredBytes(db, moreBytes),
    ])
    for (const { row, text } of put) {
      emit({ type: "document.uploaded", data: { document_id: row.id, name: row.name } })
      if (text) emitIndexed(emit, row)
    }
    return put.map(({ row }) => row)
  })
}

type Put = { file: CheckedFile; text: Ready | undefined; row: DocumentRow }

function versionOf({ file, text, row }: Put) {
  const { id: documentId, version, type, status, fileSize, contentHash } = row
  const [original, pageStarts] = [file.original ?? null, text?.pageStarts ?? null]
  return { documentId, version, type, status, fileSize, contentHash, original, pageStarts }
}

function textRows({ row: { id: documentId, version }, text }: Put) {
  const parts = [...partsOf(text?.text ?? "")]
  return parts.map((content, part) => ({ documentId, version, part, content }))
}

/** Inserts or updates the documents of new contents. Returns them in the order of the files. */
async function putDocuments(
  deps: Pick<EngineDeps, "db" | "search">,
  { fresh, ready }: Pick<Batch, "fresh" | "ready">,
  byName: ReadonlyMap<string, DocumentRow>,
): Promise<Put[]> {
  const rows = new Map<string, DocumentRow>()
  const added = []
  for (const file of fresh) {
    const { name, type, sizeBytes: fileSize, contentHash, sourceUrl = null } = file
    const older = byName.get(name)
    const version = (older?.version ?? 0) + 1
    const metadata = older?.metadata ?? file.metadata ?? {}
    const text = ready.get(file)
    const state = text
      ? indexedState({ version, metadata }, text)
      : ({ status: "processing", progress: 0, error: null, metadata } as const)
    const storedBytes = (older?.storedBytes ?? 0) + fileSize
    const columns = { type, fileSize, contentHash, sourceUrl, version, storedBytes, ...state }
    if (!older) {
      added.push({ name, ...columns })
      continue
    }
    // The version before stays searchable until this one is.
    if (text) await removePassages(deps, [older.id])
    if (older.status === "processing") await supersede(deps.db, older)
    const row = await store.updateDocument(deps.db, { id: older.id }, columns)
    if (row) rows.set(name, row)
  }
  for (const row of await store.insertDocuments(deps.db, added)) rows.set(row.name, row)
  return fresh.flatMap((file) => {
    const row = rows.get(file.name)
    return row ? [{ file, text: ready.get(file), row }] : []
  })
}

async function supersede(db: Db, { id: documentId, version }: DocumentRow): Promise<void> {
  const error = "A newer version was uploaded before this one was read."
  await versions.updateVersion(db, { documentId, version }, { status: "failed", error })
}

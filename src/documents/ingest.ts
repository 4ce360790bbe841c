import type { Deps } from "../deps"
import { AppError } from "../errors"
import { type Emit, transact } from "../events/transact"
import { breather } from "../search/breathe"
import {
  addPassages,
  type NewDocument,
  type PreparedPassages,
  preparePassages,
  removePassages,
} from "../search/indexing"
import { type CheckedFile, checkQuota } from "./check"
import { chunksOf } from "./chunk"
import * as store from "./store"
import type { DocumentRow } from "./table"

/** What one transaction takes at most, so that it is over soon; a larger file has its own. */
const FILES_A_BATCH = 50
const CHARACTERS_A_BATCH = 500_000
const ATTEMPTS_MAX = 10

/** Files to be ingested together: a transaction for each small file would take most of the time. */
export function* batchesOf(files: CheckedFile[]): Generator<CheckedFile[]> {
  let batch: CheckedFile[] = []
  let length = 0
  for (const file of files) {
    const isFull = batch.length === FILES_A_BATCH || length + file.text.length > CHARACTERS_A_BATCH
    if (batch.length > 0 && isFull) {
      yield batch
      batch = []
      length = 0
    }
    batch.push(file)
    length += file.text.length
  }
  if (batch.length > 0) yield batch
}

/**
 * Stores files as documents, each new or as the next version of the one with its name; content
 * that is there already gives its document. Chunks and terms are made before the transaction. In
 * it all becomes visible together: documents, texts, passages and events.
 */
export async function ingest(deps: Deps, files: CheckedFile[]): Promise<DocumentRow[]> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const known = await store.listLike(deps.db, files)
    const fresh = [...new Map(files.map((file) => [file.contentHash, file])).values()].filter(
      ({ contentHash }) => !known.byHash.has(contentHash),
    )
    const stored = fresh.length === 0 ? [] : await ingestFresh(deps, fresh)
    if (!stored) continue
    const rows = new Map(known.byHash)
    for (const row of stored) rows.set(row.contentHash, row)
    return files.flatMap(({ contentHash }) => rows.get(contentHash) ?? [])
  }
  const sentence = "These documents are being uploaded by someone else right now. Please try again."
  throw new AppError("ConcurrentModificationError", sentence, {
    names: files.map(({ name }) => name),
    help: "Wait until the other upload is done.",
  })
}

/** Stores new contents. Undefined if one of them was stored meanwhile: nothing is done then. */
async function ingestFresh(deps: Deps, files: CheckedFile[]): Promise<DocumentRow[] | undefined> {
  const cut: NewDocument[] = []
  for (const file of files) cut.push(await cutFile(deps, file))
  const prepared = await preparePassages(deps.db, cut)
  return await transact(deps, async (deps, emit) => {
    await store.lockDocuments(deps.db)
    const { byHash, byName } = await store.listLike(deps.db, files)
    if (files.some(({ contentHash }) => byHash.has(contentHash))) return undefined
    await checkQuota(
      deps,
      files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    )
    const rows = await putDocuments(deps, files, byName, prepared)
    const texts = files.map(({ text }) => text)
    await store.insertTexts(
      deps.db,
      rows.map((row, i) => ({ documentId: row.id, version: row.version, content: texts[i] ?? "" })),
    )
    await addPassages(deps.db, rows, prepared)
    for (const row of rows) tell(emit, row)
    return rows
  })
}

async function cutFile(
  { config }: Pick<Deps, "config">,
  { name, text, type }: CheckedFile,
): Promise<NewDocument> {
  const breathe = breather()
  const options = { type, size: config.chunkSize, overlap: config.chunkOverlap }
  const passages: NewDocument["passages"] = []
  for (const chunk of chunksOf(text, options)) {
    passages.push({ ...chunk, content: text.slice(chunk.start, chunk.end) })
    await breathe()
  }
  return { title: name, passages }
}

/** The rows in the order of the files. A name that is taken has its version counted up. */
async function putDocuments(
  deps: Pick<Deps, "db" | "search">,
  files: CheckedFile[],
  byName: ReadonlyMap<string, DocumentRow>,
  { rows }: PreparedPassages,
): Promise<DocumentRow[]> {
  const put = new Map<string, DocumentRow>()
  const added = []
  for (const [i, { name, type, sizeBytes: fileSize, contentHash }] of files.entries()) {
    const content = { type, fileSize, contentHash, chunkCount: rows[i]?.length ?? 0 }
    const older = byName.get(name)
    if (!older) {
      const state = { status: "indexed", progress: 1, storedBytes: fileSize } as const
      added.push({ name, ...content, ...state })
      continue
    }
    await removePassages(deps, older.id)
    const row = await store.updateVersion(deps.db, older.id, {
      ...content,
      storedBytes: older.storedBytes + fileSize,
      version: older.version + 1,
    })
    if (row) put.set(name, row)
  }
  for (const row of await store.insertDocuments(deps.db, added)) put.set(row.name, row)
  return files.flatMap(({ name }) => put.get(name) ?? [])
}

function tell(emit: Emit, { id, name, chunkCount }: DocumentRow): void {
  emit({ type: "document.uploaded", data: { document_id: id, name } })
  emit({ type: "document.indexed", data: { document_id: id, name, chunk_count: chunkCount } })
}

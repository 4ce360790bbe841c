import type { Deps } from "../deps"
import { type Emit, transact } from "../events/transact"
import { breather } from "../search/breathe"
import { addPassages, type Passage, preparePassages, removePassages } from "../search/indexing"
import { type CheckedFile, checkQuota } from "./check"
import { chunksOf } from "./chunk"
import * as store from "./store"
import type { DocumentRow } from "./table"

/**
 * Stores one file as a document or as the next version of the one with its name; content that is
 * there already gives its document. Chunks and terms are made before the transaction. In it all
 * becomes visible together: the document, its text, its passages and the events.
 */
export async function ingest(deps: Deps, file: CheckedFile): Promise<DocumentRow> {
  const known = await store.findByHash(deps.db, file.contentHash)
  if (known) return known
  const passages = await cut(deps, file)
  const prepared = await preparePassages(deps.db, file.name, passages)
  return await transact(deps, async (deps, emit) => {
    await store.lockDocuments(deps.db)
    const stored = await store.findByHash(deps.db, file.contentHash)
    if (stored) return stored
    await checkQuota(deps, file.sizeBytes)
    const row = await putDocument(deps, file, passages.length)
    await store.insertText(deps.db, {
      documentId: row.id,
      version: row.version,
      content: file.text,
    })
    await addPassages(deps.db, row, prepared)
    tell(emit, row)
    return row
  })
}

async function cut({ config }: Pick<Deps, "config">, { text, type }: CheckedFile) {
  const breathe = breather()
  const options = { type, size: config.chunkSize, overlap: config.chunkOverlap }
  const passages: Passage[] = []
  for (const chunk of chunksOf(text, options)) {
    passages.push({ ...chunk, content: text.slice(chunk.start, chunk.end) })
    await breathe()
  }
  return passages
}

/** The new row, or that of the name with its version counted up and its old passages gone. */
async function putDocument(
  deps: Pick<Deps, "db" | "search">,
  { name, type, sizeBytes: fileSize, contentHash }: CheckedFile,
  chunkCount: number,
): Promise<DocumentRow> {
  const older = await store.findByName(deps.db, name)
  const content = { type, fileSize, contentHash, chunkCount }
  if (older) await removePassages(deps, older.id)
  const row = older
    ? await store.updateVersion(deps.db, older.id, {
        ...content,
        storedBytes: older.storedBytes + fileSize,
        version: older.version + 1,
      })
    : await store.insertDocument(deps.db, {
        ...content,
        name,
        storedBytes: fileSize,
        status: "indexed",
        progress: 1,
      })
  if (!row) throw new Error("The document was not stored.")
  return row
}

function tell(emit: Emit, { id, name, chunkCount }: DocumentRow): void {
  emit({ type: "document.uploaded", data: { document_id: id, name } })
  emit({ type: "document.indexed", data: { document_id: id, name, chunk_count: chunkCount } })
}

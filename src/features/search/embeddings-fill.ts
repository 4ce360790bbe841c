import { toWholeNumbers } from "../../engines/index/vectors/numbers"
import type { VectorIndex } from "../../engines/index/vectors/vector-index"
import { EMBED_BATCH, type Embedder } from "../../engines/inference/embedder"
import { batchesOf } from "../../platform/async/batches"
import type { Db } from "../../platform/db/db"
import * as store from "./embeddings-store"

/** Chunks checked by one statement. */
const WINDOW = 2000
/** Texts read, and sorted by length, at a time. */
const PAGE = 256

type FillOptions = {
  modelId: number
  embedder: Embedder
  /** The index that already serves this model. */
  index: VectorIndex | undefined
  signal: AbortSignal
  progress: (chunks: { done: number; total: number }) => void
}

/**
 * Stores a vector for each chunk without one of this model, in small transactions. Leaves chunks
 * that are added meanwhile to the next call. Returns how many chunks have a vector.
 */
export async function fill(db: Db, options: FillOptions): Promise<number> {
  const { modelId, index, signal, progress } = options
  const { ids, missing } = await sweep(db, modelId, signal)
  index?.keep(ids)
  let done = ids.length - missing.length
  progress({ done, total: ids.length })
  for (let from = 0; from < missing.length; from += PAGE) {
    const page = missing.slice(from, from + PAGE)
    await fillPage(db, options, page)
    done += page.length
    progress({ done, total: ids.length })
  }
  return done
}

async function sweep(db: Db, modelId: number, signal: AbortSignal) {
  const all: number[] = []
  const lacking: number[] = []
  for (let after = -1; ; ) {
    signal.throwIfAborted()
    const { ids, missing } = await store.listWindow(db, modelId, after, WINDOW)
    for (const id of ids) all.push(id)
    for (const id of missing) lacking.push(id)
    const last = ids.at(-1)
    if (last === undefined || ids.length < WINDOW) return { ids: all, missing: lacking }
    after = last
  }
}

async function fillPage(db: Db, options: FillOptions, ids: number[]): Promise<void> {
  const chunks = await store.listTexts(db, ids)
  const texts = chunks.map((chunk) => ({ id: chunk.id, text: textOf(chunk) }))
  // Texts of one batch are padded to the longest of them.
  texts.sort((a, b) => a.text.length - b.text.length)
  let storing = Promise.resolve()
  for (const batch of batchesOf(texts, EMBED_BATCH, ({ text }) => text.length)) {
    options.signal.throwIfAborted()
    const [vectors] = await Promise.all([
      options.embedder.embed(batch.map(({ text }) => text)),
      storing,
    ])
    const rows = batch.flatMap(({ id }, i) => {
      const vector = vectors[i]
      return vector ? { id, vector: toWholeNumbers(vector) } : []
    })
    storing = keep(db, options, rows)
    // A failure is thrown with the next batch, or below.
    storing.catch(() => {})
  }
  await storing
}

async function keep(
  db: Db,
  { modelId, index }: FillOptions,
  rows: { id: number; vector: Float32Array }[],
): Promise<void> {
  const stored = new Set(await store.insertVectors(db, modelId, rows))
  const put = rows.filter(({ id }) => stored.has(id))
  const dimension = rows[0]?.vector.length ?? 0
  const vectors = new Float32Array(put.length * dimension)
  for (const [i, { vector }] of put.entries()) vectors.set(vector, i * dimension)
  index?.put({ ids: Float64Array.from(put, ({ id }) => id), vectors })
}

/** Includes the headings, which often name what the text then only calls "it". */
function textOf({ headingPath, content }: { headingPath: string[]; content: string }): string {
  return [...headingPath, content].join("\n")
}

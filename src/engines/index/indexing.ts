import { sql } from "drizzle-orm"
import { yielder } from "../../platform/async/yielder"
import type { Db } from "../../platform/db/db"
import type { EngineDeps } from "../deps"
import * as chunks from "./chunk-store"
import { insertPassages, reserveIds } from "./insert-store"
import { packLengths } from "./packing"
import { type PackedSegment, SegmentBuilder, type UnnumberedSegment } from "./segment"
import * as store from "./store"
import { type Term, tokenizer } from "./terms"

/** The most chunks of a new segment, which bounds the time that packing takes. */
const SEGMENT_CHUNKS_MAX = 500

/** Rows deleted by one statement. More would keep others waiting. */
const ROWS_OF_SWEEP = 500

/** A passage of a document's text. */
export type Passage = {
  index: number
  start: number
  end: number
  /** The page that it begins on, from 1, if the document has pages. */
  page?: number | undefined
  headingPath: string[]
  content: string
}

/** A document's passages before they are stored. The title is indexed with each. */
export type NewDocument = { title: string; passages: Passage[] }

/** Passages by document, in the order given, and their packed terms. */
export type PackedPassages = { passages: Passage[][]; segments: UnnumberedSegment[] }

type PreparedPassages = {
  rows: (Passage & { id: number })[][]
  segments: (PackedSegment & { id: number })[]
}

/**
 * Tokenises and packs the passages of documents that will be added together. Indexes the title and
 * the headings with each passage, since they often name what its text only calls "it".
 */
export async function packPassages(documents: NewDocument[]): Promise<PackedPassages> {
  const yieldNow = yielder()
  const termsOf = tokenizer()
  const segments: UnnumberedSegment[] = []
  let builder = new SegmentBuilder()
  for (const { title, passages } of documents) {
    const ofTitle = new Set(termsOf(title).map(({ term }) => term))
    const headingsOf = headingTerms(termsOf)
    for (const { headingPath, content } of passages) {
      builder.add([...headingsOf(headingPath), ...termsOf(content)], ofTitle)
      if (builder.chunkCount === SEGMENT_CHUNKS_MAX) {
        segments.push(builder.pack())
        builder = new SegmentBuilder()
      }
      await yieldNow()
    }
  }
  if (builder.chunkCount > 0) segments.push(builder.pack())
  return { passages: documents.map(({ passages }) => passages), segments }
}

/** Assigns ids to packed passages, before the transaction that adds them. */
export async function numberPassages(
  db: Db,
  { passages, segments }: PackedPassages,
): Promise<PreparedPassages> {
  const [ids, segmentIds] = await Promise.all([
    reserveIds(db, "chunks", passages.flat().length),
    reserveIds(db, "search_segments", segments.length),
  ])
  let next = 0
  const rows = passages.map((ofDocument) =>
    ofDocument.map((passage) => ({ ...passage, id: ids[next++] ?? 0 })),
  )
  next = 0
  return {
    rows,
    segments: segments.map(({ lengths, ...packed }, i) => {
      const ofSegment = Float64Array.from(ids.slice(next, next + lengths.length))
      next += lengths.length
      const chunkCount = lengths.length
      const packedLengths = packLengths({ ids: ofSegment, lengths })
      return { ...packed, id: segmentIds[i] ?? 0, chunkCount, lengths: packedLengths }
    }),
  }
}

/** Adds passages, in the order in which they were prepared. Unless `live`, publish them later. */
export async function addPassages(
  db: Db,
  documents: { id: string; version: number }[],
  { rows, segments }: PreparedPassages,
  live = true,
): Promise<void> {
  const chunks = documents.flatMap(({ id, version }, i) =>
    (rows[i] ?? []).map(({ index, ...row }) => ({
      ...row,
      documentId: id,
      documentVersion: version,
      chunkIndex: index,
    })),
  )
  await insertPassages(db, chunks, segments, live)
}

/** Removes passages in the caller's transaction. Other deletions and merges wait for it. */
export async function removePassages(
  deps: Pick<EngineDeps, "db" | "search">,
  documentIds: string[],
): Promise<void> {
  await buryPassages(deps, documentIds)
  await chunks.deleteChunks(deps.db, documentIds)
}

/** Hides passages of one version, or of all, and leaves their rows for `sweepPassages`. */
export async function buryPassages(
  { db, search }: Pick<EngineDeps, "db" | "search">,
  documentIds: string[],
  version?: number,
): Promise<void> {
  const chunkIds = await chunks.listChunkIds(db, documentIds, version)
  if (chunkIds.length === 0) return
  await store.lockTombstones(db)
  const live = (await store.listSegments(db)).map(({ id }) => id)
  const located = await search.locate(db, live, chunkIds)
  const before = await store.findTombstones(db, [...located.keys()])
  for (const [segmentId, gone] of located) {
    const all = new Set([...(before.get(segmentId) ?? []), ...gone])
    await store.putTombstones(db, segmentId, [...all])
  }
}

/** Deletes the rows of passages of all versions but the searched one, some at a time. */
export async function sweepPassages(db: Db, documentId: string): Promise<void> {
  while ((await chunks.deleteStaleChunks(db, documentId, ROWS_OF_SWEEP)) > 0);
}

/** Deletes what a killed process never published. Call it only if nobody else is adding. */
export async function sweepUnpublished(db: Db): Promise<void> {
  for (const documentId of await chunks.listStale(db)) await sweepPassages(db, documentId)
  await store.discardSegments(db, await store.listOrphaned(db, sql`now() + interval '1 day'`))
}

/** Returns the terms of a heading path, remembering the last, which neighbours often share. */
function headingTerms(termsOf: (text: string) => Term[]) {
  let last: { path: string[]; terms: Term[] } | undefined
  return (path: string[]): Term[] => {
    if (last?.path !== path) last = { path, terms: path.flatMap(termsOf) }
    return last.terms
  }
}

import { converterPolicy, convertFile } from "../../engines/convert/conversion"
import type { Heard } from "../../engines/convert/messages"
import type { EngineDeps } from "../../engines/deps"
import {
  addPassages,
  buryPassages,
  discardSegments,
  numberPassages,
  publishPassages,
  sweepPassages,
} from "../../engines/index/indexing"
import { requestMerge } from "../../engines/index/merge"
import type { DocumentRow, VersionRow } from "../../platform/db/schema/documents"
import { transact } from "../../platform/events/transact"
import { originalPath } from "./originals"
import * as store from "./store"
import * as versions from "./versions-store"

export type ConversionDeps = Pick<
  EngineDeps,
  "db" | "config" | "log" | "events" | "search" | "ownsHome" | "sandboxes"
>

const PROGRESS_EVERY_MS = 500
/** How much of the work is done when a text has been made of pages. */
const CONVERTED_SHARE = 0.5

/** What was stored of a version that nobody finds yet. */
export type Staged = {
  segmentIds: number[]
  chunkCount: number
  pageStarts: number[] | null
  /** What the document says of itself. */
  metadata: Record<string, unknown>
}

type Work = { staged: Staged; signal: AbortSignal }

/**
 * Converts a version's original and stores text and passages in small statements, in `staged` what
 * it has. Throws what `convertFile` throws, and what the database does.
 */
export async function stage(
  deps: ConversionDeps,
  { name, url, row }: versions.Waiting,
  { staged, signal }: Work,
): Promise<void> {
  const { config, db, sandboxes } = deps
  // What an attempt before this one left.
  await discard(deps, row, staged)
  const path = originalPath(config, row.original ?? "")
  const options = { size: config.chunkSize, overlap: config.chunkOverlap }
  const job = { path, name, url, type: row.type, ...options }
  const tell = progressTeller(deps, name, row)
  let characters = 0
  let part = 0
  let converted = 0
  const sandbox = await sandboxes.confine(() => converterPolicy(path))
  for await (const message of convertFile(job, signal, { sandbox })) {
    signal.throwIfAborted()
    switch (message.type) {
      case "progress":
        converted = CONVERTED_SHARE
        await tell(message.share * converted)
        break
      case "begun":
        characters = message.characters
        Object.assign(staged, factsOf(message))
        break
      case "text":
        await versions.insertTexts(db, [{ ...keyOf(row), part: part++, content: message.content }])
        break
      case "passages":
        await addStaged(deps, row, staged, message)
        await tell(
          converted + ((1 - converted) * (message.passages.at(-1)?.end ?? 0)) / (characters || 1),
        )
        break
      case "done":
      case "failed":
    }
  }
}

function factsOf({ title, pageStarts }: Extract<Heard, { type: "begun" }>) {
  const pages = pageStarts ? { page_count: pageStarts.length } : {}
  return { pageStarts: pageStarts ?? null, metadata: { ...(title ? { title } : {}), ...pages } }
}

async function addStaged(
  { db }: Pick<EngineDeps, "db">,
  { documentId: id, version }: VersionRow,
  staged: Staged,
  { passages, segments }: Extract<Heard, { type: "passages" }>,
): Promise<void> {
  const prepared = await numberPassages(db, { passages: [passages], segments })
  staged.segmentIds.push(...prepared.segments.map((segment) => segment.id))
  staged.chunkCount += passages.length
  await addPassages(db, [{ id, version }], prepared, false)
}

/** Tells now and then how far it is, and keeps it for those who come later. */
function progressTeller({ db, events }: ConversionDeps, name: string, row: VersionRow) {
  let last = 0
  return async (progress: number) => {
    const now = performance.now()
    if (now - last < PROGRESS_EVERY_MS) return
    last = now
    const { documentId: id, version } = row
    await store.updateDocument(db, { id, version }, { progress })
    events.publish({ type: "document.progress", data: { document_id: id, name, progress } })
  }
}

/**
 * Lets all of a staged version be found at once, in place of the version before. False if it is not
 * wanted any more: the document is gone, or has a newer version.
 */
export async function publish(
  deps: ConversionDeps,
  row: VersionRow,
  { segmentIds, chunkCount, pageStarts, metadata }: Staged,
): Promise<boolean> {
  const { documentId: id, version } = row
  const published = await transact(deps, async (deps, emit) => {
    const { db } = deps
    await store.lockStorage(db)
    const document = await store.findDocument(db, id)
    if (document?.version !== version || document.status !== "processing") return false
    const { indexedVersion, name } = document
    if (indexedVersion !== null) await buryPassages(deps, [id], indexedVersion)
    await publishPassages(db, segmentIds)
    await versions.updateVersion(db, row, { status: "indexed", error: null, pageStarts })
    const { title: _, page_count: __, ...others } = document.metadata
    const state = { status: "indexed", progress: 1, indexedVersion: version, chunkCount } as const
    await store.updateDocument(db, { id }, { ...state, metadata: { ...others, ...metadata } })
    const data = { document_id: id, name, chunk_count: chunkCount }
    emit({ type: "document.indexed", data })
    return true
  })
  if (!published) return false
  await sweepPassages(deps.db, id)
  requestMerge(deps)
  return true
}

/** Removes what was stored of a version that nobody found. */
export async function discard(
  { db }: Pick<EngineDeps, "db">,
  row: VersionRow,
  { segmentIds }: Staged,
): Promise<void> {
  await discardSegments(db, segmentIds)
  await sweepPassages(db, row.documentId)
  await versions.deleteText(db, row)
}

/** Gives a version up, unless it is not wanted any more anyway. */
export async function fail(deps: ConversionDeps, row: VersionRow, error: string): Promise<void> {
  const { documentId: id, version } = row
  await transact(deps, async ({ db }, emit) => {
    const changes = { status: "failed", error } as const
    const document = await store.updateDocument(
      db,
      { id, version, status: "processing" },
      { ...changes, progress: 0 },
    )
    if (!document) return
    await versions.updateVersion(db, row, changes)
    emit({ type: "document.failed", data: { document_id: id, name: document.name, error } })
  })
}

/** Lets a version that failed be converted again. Undefined if it did not, or not any more. */
export async function tryAgain(
  deps: Pick<EngineDeps, "db" | "events">,
  id: string,
): Promise<DocumentRow | undefined> {
  return await transact(deps, async ({ db }) => {
    const changes = { status: "processing", error: null } as const
    const row = await store.updateDocument(
      db,
      { id, status: "failed" },
      { ...changes, progress: 0 },
    )
    if (!row) return undefined
    const key = { documentId: id, version: row.version }
    await versions.updateVersion(db, key, { ...changes, attempts: 0 })
    return row
  })
}

function keyOf({ documentId, version }: VersionRow): versions.VersionKey {
  return { documentId, version }
}

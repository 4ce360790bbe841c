import type { Heard } from "../../engines/convert/child-protocol"
import { converterPolicy, convertFile } from "../../engines/convert/conversion"
import type { Converted } from "../../engines/convert/converted"
import type { EngineDeps } from "../../engines/deps"
import {
  addPassages,
  buryPassages,
  numberPassages,
  sweepPassages,
} from "../../engines/index/indexing"
import { requestMerge } from "../../engines/index/merge"
import { discardSegments, publishSegments } from "../../engines/index/store"
import type { DocumentRow, VersionRow } from "../../platform/db/schema/documents"
import type { DbDeps } from "../../platform/deps"
import { type Emit, transact } from "../../platform/events/transact"
import { originalPath } from "./originals"
import * as store from "./store"
import * as versions from "./versions-store"

export type ConversionDeps = Pick<
  EngineDeps,
  "db" | "config" | "log" | "events" | "search" | "ownsHome" | "sandboxes"
>

const PROGRESS_EVERY_MS = 500
/** Progress reached when the text of a file with pages is complete. */
const CONVERTED_SHARE = 0.5

/** The stored parts of a version that can't be searched yet. */
export type Staged = Pick<Converted, "title" | "pageStarts"> & {
  segmentIds: number[]
  chunkCount: number
}

/** Converts a file in a child process and stores its parts, recorded in `staged`. */
export async function stage(
  deps: ConversionDeps,
  { name, url, row }: versions.Waiting,
  { staged, signal }: { staged: Staged; signal: AbortSignal },
): Promise<void> {
  const { config, db, sandboxes } = deps
  // An earlier attempt may have left some.
  await discard(deps, row, staged)
  const path = originalPath(config, row.original ?? "")
  const options = { size: config.chunkSize, overlap: config.chunkOverlap }
  const job = { path, name, url, type: row.type, ...options }
  const report = progressReporter(deps, name, row)
  const { documentId, version } = row
  let characters = 0
  let part = 0
  let converted = 0
  const sandbox = await sandboxes.confine(() => converterPolicy(path))
  for await (const message of convertFile(job, signal, { sandbox })) {
    signal.throwIfAborted()
    switch (message.type) {
      case "progress":
        converted = CONVERTED_SHARE
        await report(message.share * converted)
        break
      case "begun": {
        const { title, pageStarts } = message
        characters = message.characters
        Object.assign(staged, { title, pageStarts })
        break
      }
      case "text":
        await versions.insertTexts(db, [
          { documentId, version, part: part++, content: message.content },
        ])
        break
      case "passages":
        await addStaged(deps, row, staged, message)
        await report(
          converted + ((1 - converted) * (message.passages.at(-1)?.end ?? 0)) / (characters || 1),
        )
        break
      case "done":
      case "failed":
    }
  }
}

async function addStaged(
  { db }: DbDeps,
  { documentId: id, version }: VersionRow,
  staged: Staged,
  { passages, segments }: Extract<Heard, { type: "passages" }>,
): Promise<void> {
  const prepared = await numberPassages(db, { passages: [passages], segments })
  staged.segmentIds.push(...prepared.segments.map((segment) => segment.id))
  staged.chunkCount += passages.length
  await addPassages(db, [{ id, version }], prepared, false)
}

/** Publishes progress at most twice a second, and stores it for later readers. */
function progressReporter({ db, events }: ConversionDeps, name: string, row: VersionRow) {
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

/** Makes a staged version searchable at once. Returns false if the document no longer wants it. */
export async function publish(
  deps: ConversionDeps,
  row: VersionRow,
  staged: Staged,
): Promise<boolean> {
  const { documentId: id, version } = row
  const { pageStarts = null } = staged
  const published = await transact(deps, async (deps, emit) => {
    const { db } = deps
    await store.lockStorage(db)
    const document = await store.findDocument(db, id)
    if (document?.version !== version || document.status !== "processing") return false
    const { indexedVersion } = document
    if (indexedVersion !== null) await buryPassages(deps, [id], indexedVersion)
    await publishSegments(db, staged.segmentIds)
    await versions.updateVersion(db, row, { status: "indexed", error: null, pageStarts })
    const indexed = await store.updateDocument(db, { id }, indexedState(document, staged))
    if (indexed) emitIndexed(emit, indexed)
    return true
  })
  if (!published) return false
  await sweepPassages(deps.db, id)
  requestMerge(deps)
  return true
}

/** The columns of a document whose `version` can be searched from now on. */
export function indexedState(
  { version, metadata }: Pick<DocumentRow, "version" | "metadata">,
  { title, pageStarts, chunkCount }: Pick<Staged, "title" | "pageStarts" | "chunkCount">,
) {
  // These two were those of the version before.
  const { title: _, page_count: __, ...others } = metadata
  const pages = pageStarts ? { page_count: pageStarts.length } : {}
  return {
    ...({ status: "indexed", progress: 1, error: null } as const),
    ...{ indexedVersion: version, chunkCount },
    metadata: { ...others, ...(title ? { title } : {}), ...pages },
  }
}

export function emitIndexed(emit: Emit, { id, name, chunkCount }: DocumentRow): void {
  emit({ type: "document.indexed", data: { document_id: id, name, chunk_count: chunkCount } })
}

/** Deletes what is stored of a version that can't be searched. */
export async function discard(
  { db }: DbDeps,
  row: VersionRow,
  { segmentIds }: Staged,
): Promise<void> {
  await discardSegments(db, segmentIds)
  await sweepPassages(db, row.documentId)
  await versions.deleteText(db, row)
}

/** Marks a version as failed, unless it is no longer wanted. */
export async function fail(deps: ConversionDeps, row: VersionRow, error: string): Promise<void> {
  const { documentId: id, version } = row
  await transact(deps, async ({ db }, emit) => {
    const changes = { status: "failed", error } as const
    const processing = { id, version, status: "processing" } as const
    const document = await store.updateDocument(db, processing, { ...changes, progress: 0 })
    if (!document) return
    await versions.updateVersion(db, row, changes)
    emit({ type: "document.failed", data: { document_id: id, name: document.name, error } })
  })
}

/** Queues a failed document for conversion. Returns undefined if it has not failed. */
export async function retryFailed(
  deps: Pick<EngineDeps, "db" | "events">,
  id: string,
): Promise<DocumentRow | undefined> {
  return await transact(deps, async ({ db }) => {
    const changes = { status: "processing", error: null } as const
    const failed = { id, status: "failed" } as const
    const row = await store.updateDocument(db, failed, { ...changes, progress: 0 })
    if (!row) return undefined
    const key = { documentId: id, version: row.version }
    await versions.updateVersion(db, key, { ...changes, attempts: 0 })
    return row
  })
}

import { type Content, contentOf } from "../../engines/convert/content"
import { sniff } from "../../engines/convert/sniff"
import type { EngineDeps } from "../../engines/deps"
import { yielder } from "../../platform/async/yielder"
import type { Config } from "../../platform/config/config"
import { AppError, invalid } from "../../platform/errors"
import type { DocumentType } from "../../platform/shapes/document"
import { safeName } from "./names"
import * as store from "./store"

export const MB = 1024 * 1024

export type UploadedFile = { name: string } & ({ bytes: Uint8Array } | { content: Content })

/** A file that may be stored. */
export type CheckedFile = {
  name: string
  type: DocumentType
  sizeBytes: number
  contentHash: string
  content: Content
  /** True if it is indexed while its upload waits; other files are converted in the background. */
  isShort: boolean
  /** True if `content` is kept: the stored text can't give it back, or doesn't exist yet. */
  isKept: boolean
  original?: string
  sourceUrl?: string
  metadata?: Record<string, unknown>
}

/**
 * Checks all files of a request before any is stored. Throws FileTooLargeError,
 * InvalidFileTypeError, DocumentProcessingError for a file without text,
 * StorageQuotaExceededError, or ValidationError for two files that would overwrite each other.
 */
export async function checkFiles(
  deps: Pick<EngineDeps, "db" | "config">,
  files: UploadedFile[],
): Promise<CheckedFile[]> {
  const checked: CheckedFile[] = []
  const yieldNow = yielder()
  for (const file of files) {
    checked.push(await checkFile(deps, file))
    await yieldNow()
  }
  const byName = new Map<string, string>()
  for (const { name, contentHash } of checked) {
    if ((byName.get(name) ?? contentHash) !== contentHash) {
      const sentence = `Two different files in this request are named “${name}”.`
      throw invalid("file", sentence, { name })
    }
    byName.set(name, contentHash)
  }
  const unique = [...new Map(checked.map((file) => [file.contentHash, file])).values()]
  const { byHash } = await store.listLike(deps.db, unique)
  const added = unique.filter(({ contentHash }) => !byHash.has(contentHash))
  const moreBytes = added.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  requireRoom(deps.config, await store.findStoredBytes(deps.db), moreBytes)
  return checked
}

/** Throws StorageQuotaExceededError if `moreBytes` more would exceed the quota. */
export function requireRoom(
  { storageQuotaMb }: Pick<Config, "storageQuotaMb">,
  storedBytes: number,
  moreBytes: number,
): void {
  if (moreBytes === 0 || storedBytes + moreBytes <= storageQuotaMb * MB) return
  const sentence = `The documents would exceed the storage quota of ${storageQuotaMb} MB.`
  throw new AppError("StorageQuotaExceededError", sentence, {
    stored_bytes: storedBytes,
    upload_bytes: moreBytes,
    quota_bytes: storageQuotaMb * MB,
    help: "Delete documents that you no longer need, or raise STORAGE_QUOTA_MB.",
  })
}

/** Checks one file as `checkFiles` does, except for the quota. `name` is its stored name. */
export async function checkFile(
  { config }: Pick<EngineDeps, "config">,
  file: UploadedFile,
  name = safeName(file.name),
): Promise<CheckedFile> {
  const content = "content" in file ? file.content : await contentOf(file.bytes)
  const { sizeBytes, hash: contentHash } = content
  if (sizeBytes > config.maxUploadMb * MB) {
    const sentence = `The file “${name}” is larger than ${config.maxUploadMb} MB.`
    const details = { name, size_bytes: sizeBytes, max_bytes: config.maxUploadMb * MB }
    throw new AppError("FileTooLargeError", sentence, details)
  }
  const { type, decoded } = await sniff(content, name)
  if (decoded && decoded.text.trim() === "") {
    throw new AppError("DocumentProcessingError", `The file “${name}” has no text.`, { name })
  }
  const isShort = decoded !== undefined
  return { name, type, sizeBytes, contentHash, content, isShort, isKept: !decoded?.isExact }
}

import type { Config } from "../config"
import type { Deps } from "../deps"
import { AppError } from "../errors"
import { breather } from "../search/breathe"
import { safeName } from "./names"
import type { DocumentType } from "./schema"
import { sniff } from "./sniff"
import * as store from "./store"

export const MB = 1024 * 1024
const HASH_SLICE_BYTES = 4 * MB

/** A file as it was sent. */
export type UploadedFile = { name: string; bytes: Uint8Array }

/** A file that may be stored. */
export type CheckedFile = {
  name: string
  type: DocumentType
  sizeBytes: number
  contentHash: string
  /** Missing if it is converted in the background. */
  text?: string
  /** Where the text does not give them back, or is still to come; then they are kept. */
  bytes?: Uint8Array
  /** The name under which they are. */
  original?: string
  /** Where on the web it comes from. */
  sourceUrl?: string
  metadata?: Record<string, unknown>
}

/**
 * Checks the files of one request; throws what the first wrong one deserves: FileTooLargeError,
 * InvalidFileTypeError, DocumentProcessingError for one without text, StorageQuotaExceededError,
 * ValidationError for two that would overwrite each other.
 */
export async function checkFiles(
  deps: Pick<Deps, "db" | "config">,
  files: UploadedFile[],
): Promise<CheckedFile[]> {
  const checked: CheckedFile[] = []
  const breathe = breather()
  for (const file of files) {
    checked.push(await checkFile(deps, file))
    await breathe()
  }
  const byName = new Map<string, string>()
  for (const { name, contentHash } of checked) {
    if ((byName.get(name) ?? contentHash) !== contentHash) {
      const message = `Two different files of this request are named “${name}”.`
      throw new AppError("ValidationError", message, { name, issues: [{ path: "file", message }] })
    }
    byName.set(name, contentHash)
  }
  const fresh = [...new Map(checked.map((file) => [file.contentHash, file])).values()]
  const { byHash } = await store.listLike(deps.db, fresh)
  const added = fresh.filter(({ contentHash }) => !byHash.has(contentHash))
  const moreBytes = added.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  requireRoom(deps.config, await store.findStoredBytes(deps.db), moreBytes)
  return checked
}

/** Throws StorageQuotaExceededError if so many more bytes are too many. */
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
    help: "Delete documents that are not needed any more, or raise STORAGE_QUOTA_MB.",
  })
}

/** As `checkFiles`, of one file by itself; `name` is the one to store it under. */
export async function checkFile(
  { config }: Pick<Deps, "config">,
  file: UploadedFile,
  name = safeName(file.name),
): Promise<CheckedFile> {
  const sizeBytes = file.bytes.byteLength
  if (sizeBytes > config.maxUploadMb * MB) {
    const sentence = `The file “${name}” is larger than ${config.maxUploadMb} MB.`
    const details = { name, size_bytes: sizeBytes, max_bytes: config.maxUploadMb * MB }
    throw new AppError("FileTooLargeError", sentence, details)
  }
  const { type, decoded } = await sniff(file.bytes, name)
  if (decoded && decoded.text.trim() === "") {
    throw new AppError("DocumentProcessingError", `The file “${name}” has no text.`, { name })
  }
  const checked = { name, type, sizeBytes, contentHash: await hashOf(file.bytes) }
  const text = decoded && { text: decoded.text }
  return decoded?.isExact ? { ...checked, ...text } : { ...checked, ...text, bytes: file.bytes }
}

/** SHA-256 of the content, in hex. */
export async function hashOf(bytes: Uint8Array): Promise<string> {
  const breathe = breather()
  const hasher = new Bun.CryptoHasher("sha256")
  for (let at = 0; at < bytes.length; at += HASH_SLICE_BYTES) {
    hasher.update(bytes.subarray(at, at + HASH_SLICE_BYTES))
    await breathe()
  }
  return hasher.digest("hex")
}

import { sniff } from "../../engines/convert/chunk/sniff"
import { decodeText } from "../../engines/convert/chunk/text"
import { type Content, contentOf } from "../../engines/convert/content"
import type { EngineDeps } from "../../engines/deps"
import { breather } from "../../platform/async/breathe"
import type { Config } from "../../platform/config/config"
import { AppError } from "../../platform/errors"
import type { DocumentType } from "../../platform/shapes/document"
import { safeName } from "./names"
import * as store from "./store"

export const MB = 1024 * 1024

/** A file as it was sent. */
export type UploadedFile = { name: string } & ({ bytes: Uint8Array } | { content: Content })

/** A file that may be stored. */
export type CheckedFile = {
  name: string
  type: DocumentType
  sizeBytes: number
  contentHash: string
  /** Missing if it is converted in the background. Read again when needed, as many may wait. */
  text?: () => Promise<string>
  /** Where the text does not give it back, or is still to come; then it is kept. */
  content?: Content
  /** The name under which it is. */
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
  deps: Pick<EngineDeps, "db" | "config">,
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
  const checked = { name, type, sizeBytes, contentHash }
  if (!decoded) return { ...checked, content }
  const text = async () => (await decodeText(await content.read())).text
  return { ...checked, text, ...(!decoded.isExact && { content }) }
}

import type { Dirent } from "node:fs"
import { lstat, readdir } from "node:fs/promises"
import { join } from "node:path"
import { AppError } from "../../platform/errors"
import { secretByPath } from "../../platform/files/secret"
import { changedAt, codeOf } from "./read"
import { isIgnored, rulesAbove, rulesInside } from "./rules"
import { secretReason } from "./secrets"

/** A folder with more files is a whole disk rather than a folder of documents. */
const FILES_MAX = 200_000

/** A file by its path in the folder, as the file system describes it without opening it. */
export type Found = {
  path: string
  size: number
  changedAt: number
  /** Why it can't be a document, if that is clear without opening it. */
  skipped?: string
}

export type ScanOptions = {
  /** A directory to leave out: Amelia's own. */
  without: string
  maxBytes: number
  includeSecrets: boolean
  signal: AbortSignal
  /** Called with each directory before its entries are listed. */
  onDirectory?: (directory: string) => void
}

/**
 * Finds all files that git would see in a folder, even if it is no repository. Doesn't follow
 * links. Throws ValidationError if the folder is gone or has too many files, and other file system
 * errors, because an incomplete scan would make files look deleted.
 */
export async function scan(folder: string, options: ScanOptions): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  const waiting = [{ directory: folder, rules: await rulesAbove(folder) }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    options.signal.throwIfAborted()
    const { directory, rules: above } = next
    options.onDirectory?.(directory)
    const entries = await list(directory, folder)
    if (!entries) {
      const reason = "This folder can't be read: permission denied."
      const path = directory.slice(folder.length + 1)
      found.set(path, { path, size: 0, changedAt: 0, skipped: reason })
      continue
    }
    const rules = await rulesInside(above, directory)
    const files: string[] = []
    for (const entry of entries) {
      const path = join(directory, entry.name)
      if (path === options.without || isIgnored(rules, path, entry.isDirectory())) continue
      if (entry.isDirectory()) waiting.push({ directory: path, rules })
      else files.push(path)
    }
    for (const file of await Promise.all(files.map((it) => look(it, folder, options)))) {
      if (file) found.set(file.path, file)
    }
    if (found.size > FILES_MAX) throw tooMany(folder)
  }
  return found
}

/** Returns undefined without permission to read the directory. */
async function list(directory: string, folder: string): Promise<Dirent[] | undefined> {
  try {
    return await readdir(directory, { withFileTypes: true })
  } catch (thrown) {
    const code = codeOf(thrown)
    if (directory === folder) throw unreadable(folder, code, thrown)
    if (code === "EACCES") return undefined
    // It was removed or replaced meanwhile.
    if (code === "ENOENT" || code === "ENOTDIR") return []
    throw thrown
  }
}

async function look(
  full: string,
  folder: string,
  { maxBytes, includeSecrets }: ScanOptions,
): Promise<Found | undefined> {
  const path = full.slice(folder.length + 1)
  try {
    const stats = await lstat(full)
    const file = { path, size: stats.size, changedAt: changedAt(stats) }
    if (stats.isSymbolicLink()) {
      return { ...file, skipped: "It is a symbolic link, which Amelia doesn't follow." }
    }
    if (!stats.isFile()) return { ...file, skipped: "It is not a regular file." }
    const secret = includeSecrets ? undefined : secretReason(secretByPath(full, stats.mode))
    if (secret) return { ...file, skipped: secret }
    if (stats.size > maxBytes) {
      return { ...file, skipped: `It is larger than ${maxBytes / 1024 ** 2} MB.` }
    }
    return file
  } catch (thrown) {
    const code = codeOf(thrown)
    // Bytes that are no UTF-8 were read as this sign, under which nothing is found.
    if (code === "ENOENT" && path.includes("\ufffd")) {
      return { path, size: 0, changedAt: 0, skipped: "Its name is not valid Unicode." }
    }
    if (code === "ENOENT" || code === "ENOTDIR") return undefined
    throw thrown
  }
}

function unreadable(path: string, code: string | undefined, cause: unknown): AppError {
  const why: Record<string, string> = {
    ENOENT: "is not there any more",
    ENOTDIR: "is not a folder any more",
    EACCES: "can't be read any more: permission denied",
  }
  const sentence = `The folder ${path} ${why[code ?? ""] ?? `can't be read (${code})`}.`
  return new AppError("ValidationError", sentence, { path }, { cause })
}

function tooMany(path: string): AppError {
  const sentence = `The folder ${path} has more than ${FILES_MAX.toLocaleString("en")} files: choose one in it.`
  return new AppError("ValidationError", sentence, { path, max_files: FILES_MAX })
}

import type { Stats } from "node:fs"
import { constants } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"

/** Never through a link, and without waiting for whoever writes into a pipe. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** A file as it was read; see `changedAt`. */
export type ReadFile = { bytes: Uint8Array; size: number; changedAt: number }

/** The file system's word for why something can't be read, such as "EACCES". */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : undefined
}

/**
 * When a file changed, in milliseconds: that of its entry too, since a tool can set back the time
 * of the content but not that one.
 */
export function changedAt({ mtimeMs, ctimeMs }: Pick<Stats, "mtimeMs" | "ctimeMs">): number {
  return Math.max(mtimeMs, ctimeMs)
}

/**
 * Reads a regular file as long as it is now. Undefined if there is none of at most `maxBytes` any
 * more; what the file system refuses otherwise is thrown.
 */
export async function readRegular(path: string, maxBytes: number): Promise<ReadFile | undefined> {
  const file = await open(path, FLAGS).catch((thrown) => {
    if (["ENOENT", "ENOTDIR", "ELOOP", "ENXIO"].includes(codeOf(thrown) ?? "")) return undefined
    throw thrown
  })
  if (!file) return undefined
  try {
    const stats = await file.stat()
    if (!stats.isFile() || stats.size > maxBytes) return undefined
    const bytes = await readBytes(file, stats.size)
    return { bytes, size: stats.size, changedAt: changedAt(stats) }
  } finally {
    await file.close()
  }
}

/** At most `size` bytes, also of a file that grows meanwhile. */
async function readBytes(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size)
  let at = 0
  while (at < size) {
    const { bytesRead } = await file.read(bytes, at, size - at, at)
    if (bytesRead === 0) break
    at += bytesRead
  }
  return bytes.subarray(0, at)
}

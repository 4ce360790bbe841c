import { constants, type Stats } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"

/** Never follows a link, and never waits for a pipe to be written. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

export type ReadFile = { bytes: Uint8Array; size: number; changedAt: number }

/** Returns the code of a file system error, such as "EACCES". */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : undefined
}

/** In milliseconds. Includes the inode's change time, because tools can reset the other one. */
export function changedAt({ mtimeMs, ctimeMs }: Pick<Stats, "mtimeMs" | "ctimeMs">): number {
  return Math.max(mtimeMs, ctimeMs)
}

/** Reads a regular file of at most `maxBytes`. Returns undefined if there is no such file. */
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

/** Reads at most `size` bytes, even if the file grows meanwhile. */
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

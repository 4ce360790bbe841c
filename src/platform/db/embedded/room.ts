import { statfsSync } from "node:fs"

/** The engine stops if it can't write its log, and it allocates log files of 1 MB at once. */
const FULL_BYTES = 2 * 1024 ** 2

/** Free bytes on the disk of `path`, which must exist. */
export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** True if the disk of `path` has too little space for the engine to continue. */
export function isFull(path: string): boolean {
  return freeBytes(path) < FULL_BYTES
}

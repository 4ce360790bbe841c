import { statfsSync } from "node:fs"

/** The engine ends when it can't write its log, whose next file of 1 MB it makes at once. */
const FULL_BYTES = 2 * 1024 ** 2

/** How much room there is for us on the disk that holds `path`, which must exist. */
export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** Whether the disk that holds `path` has too little room for the engine to go on. */
export function isFull(path: string): boolean {
  return freeBytes(path) < FULL_BYTES
}

import { constants } from "node:fs"
import { chmod, mkdir, open, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { version } from "../../../package.json" with { type: "json" }
import { isOurs, look } from "./owner"

/** A file inside the binary, with its SHA-256 hash from the build, in hex. */
export type PackedFile = { name: string; file: Bun.BunFile; sha256: string }

/** Called with the path of a file that differed from the build's and was replaced. */
export type OnReplaced = (path: string) => void

/** Small enough that the event loop serves others between reads. */
const SLICE_BYTES = 256 * 1024

/**
 * Extracts files that the system can only load from disk into `<home>/cache/<version>/<folder>` and
 * returns that directory. Existing files are verified every time; 45 MB take 50 ms. Nobody else can
 * write to the directory, so they can't change before they are loaded.
 */
export async function extract(
  home: string,
  folder: string,
  files: PackedFile[],
  onReplaced: OnReplaced,
): Promise<string> {
  let directory = home
  for (const name of ["cache", version, folder]) {
    directory = join(directory, name)
    await makePrivate(directory)
  }
  for (const { name, file, sha256 } of files) {
    const path = join(directory, name)
    const found = await hashOf(path)
    if (found === sha256) continue
    if (found !== undefined) onReplaced(path)
    await replace(path, file)
  }
  return directory
}

async function makePrivate(directory: string): Promise<void> {
  const found = await look(directory)
  if (found && !(found.isDirectory() && isOurs(found))) await rm(directory, { recursive: true })
  await mkdir(directory, { recursive: true, mode: 0o700 })
  if (found && (found.mode & 0o077) !== 0) await chmod(directory, 0o700)
}

/** Returns undefined if the file doesn't exist, and "" if we can't have written it. */
async function hashOf(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(
    ({ code }: NodeJS.ErrnoException) => (code === "ENOENT" ? undefined : ""),
  )
  if (!file) return file
  try {
    const found = await file.stat()
    if (!found.isFile() || !isOurs(found)) return ""
    const hash = new Bun.CryptoHasher("sha256")
    const slice = new Uint8Array(SLICE_BYTES)
    for (;;) {
      const { bytesRead } = await file.read(slice, 0, SLICE_BYTES)
      if (bytesRead === 0) return hash.digest("hex")
      hash.update(slice.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

/** Renames a complete copy into place, because others may be reading or replacing the file. */
async function replace(path: string, file: Bun.BunFile): Promise<void> {
  const beside = `${path}.new-${Bun.randomUUIDv7()}`
  try {
    await Bun.write(beside, file, { mode: 0o600 })
    await rename(beside, path)
  } catch (thrown) {
    await rm(beside, { force: true })
    throw thrown
  }
}

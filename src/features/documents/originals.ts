import { open, readdir, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import type { Content } from "../../engines/convert/content"
import type { Config } from "../../platform/config/config"
import type { Db } from "../../platform/db/db"
import { writeNewFile } from "../../platform/files/new-file"
import { makeHome } from "../../platform/home/home"
import type { CheckedFile } from "./check"
import { listNamedOriginals } from "./versions-store"

type Home = Pick<Config, "home">

/**
 * Stores the files that must be kept as they are, synced to the disk, before anything names them.
 * Each has a name of its own that begins with its hash, so that nobody else's deletion takes it.
 * Keeps none if one can't be stored.
 */
export async function keepOriginals(config: Home, files: CheckedFile[]): Promise<CheckedFile[]> {
  if (!files.some(({ content }) => content)) return files
  const folder = await makeHome(config.home, "uploads")
  const originals: string[] = []
  try {
    const kept: CheckedFile[] = []
    for (const { content, ...file } of files) {
      if (!content) {
        kept.push(file)
        continue
      }
      const original = `${file.contentHash}-${Bun.randomUUIDv7()}`
      originals.push(original)
      await keep(content, join(folder, original), file.text === undefined)
      kept.push({ ...file, original })
    }
    await sync(folder)
    return kept
  } catch (error) {
    await removeOriginals(config, originals)
    throw error
  }
}

/** `isMoved`: whether nobody needs the content where it is now. */
async function keep({ path, read }: Content, original: string, isMoved: boolean): Promise<void> {
  if (path && isMoved) await rename(path, original)
  else await writeNewFile(original, await read())
  await sync(original)
}

export function originalPath({ home }: Home, original: string): string {
  return join(home, "uploads", original)
}

export async function removeOriginals(config: Home, originals: string[]): Promise<void> {
  for (const original of originals) await rm(originalPath(config, original), { force: true })
}

/** Removes those of `originals`, by default of all there are, that no version names. */
export async function sweepOriginals(
  { db, config }: { db: Db; config: Home },
  originals?: string[],
): Promise<void> {
  const there = originals ?? (await readdir(originalPath(config, "")).catch(() => []))
  if (there.length === 0) return
  const named = await listNamedOriginals(db, there)
  const forsaken = there.filter((original) => !named.has(original))
  await removeOriginals(config, forsaken)
}

/** Puts a file or a folder's entries on the disk. */
async function sync(path: string): Promise<void> {
  await using file = await open(path)
  await file.sync()
}

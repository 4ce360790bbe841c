import { open, readdir, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import type { Config } from "../../platform/config/config"
import type { Db } from "../../platform/db/db"
import { writeNewFile } from "../../platform/files/new-file"
import { makeHome } from "../../platform/home/home"
import type { CheckedFile } from "./check"
import { listNamedOriginals } from "./versions-store"

type Home = Pick<Config, "home">

/**
 * Writes files that must be kept and syncs them to disk before anything refers to them. Names are
 * unique, so deleting one never removes another's. Keeps none if one fails.
 */
export async function keepOriginals(config: Home, files: CheckedFile[]): Promise<CheckedFile[]> {
  if (!files.some(({ isKept }) => isKept)) return files
  const folder = await makeHome(config.home, "uploads")
  const originals: string[] = []
  try {
    const kept: CheckedFile[] = []
    for (const file of files) {
      const original = file.isKept && `${file.contentHash}-${Bun.randomUUIDv7()}`
      if (original) originals.push(original)
      if (original) await keep(file, join(folder, original))
      kept.push(original ? { ...file, original } : file)
    }
    await sync(folder)
    return kept
  } catch (error) {
    await removeOriginals(config, originals)
    throw error
  }
}

/** Moves the content of a long file, and copies that of a short one, which is yet to be read. */
async function keep({ content, isShort }: CheckedFile, original: string): Promise<void> {
  if (content.path && !isShort) await rename(content.path, original)
  else await writeNewFile(original, await content.read())
  await sync(original)
}

export function originalPath({ home }: Home, original: string): string {
  return join(home, "uploads", original)
}

export async function removeOriginals(config: Home, originals: string[]): Promise<void> {
  for (const original of originals) await rm(originalPath(config, original), { force: true })
}

/** Removes `originals`, by default all in the folder, unless a version refers to them. */
export async function sweepOriginals(
  { db, config }: { db: Db; config: Home },
  originals?: string[],
): Promise<void> {
  const there = originals ?? (await readdir(originalPath(config, "")).catch(() => []))
  if (there.length === 0) return
  const named = await listNamedOriginals(db, there)
  const orphaned = there.filter((original) => !named.has(original))
  await removeOriginals(config, orphaned)
}

/** Flushes a file, or a folder's entries, to disk. */
async function sync(path: string): Promise<void> {
  await using file = await open(path)
  await file.sync()
}

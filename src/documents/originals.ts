import { open, readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import type { Config } from "../config"
import type { Db } from "../db/db"
import { makeHome } from "../home"
import type { CheckedFile } from "./check"
import { listNamedOriginals } from "./versions-store"

type Home = Pick<Config, "home">

/**
 * Writes the files that must be kept as they are, synced to the disk, before anything names them.
 * Each has a name of its own that begins with its hash, so that nobody else's deletion takes it.
 */
export async function keepOriginals({ home }: Home, files: CheckedFile[]): Promise<CheckedFile[]> {
  if (!files.some(({ bytes }) => bytes)) return files
  const folder = await makeHome(home, "uploads")
  const kept: CheckedFile[] = []
  for (const { bytes, ...file } of files) {
    if (!bytes) {
      kept.push(file)
      continue
    }
    const original = `${file.contentHash}-${Bun.randomUUIDv7()}`
    await writeSynced(join(folder, original), bytes)
    kept.push({ ...file, original })
  }
  await syncFolder(folder)
  return kept
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

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, "wx", 0o600)
  await file.writeFile(bytes)
  await file.sync()
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path)
  await folder.sync()
}

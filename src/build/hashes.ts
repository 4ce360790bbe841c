import { readdir } from "node:fs/promises"
import { basename, join } from "node:path"

/**
 * Writes `dist/sha256.json`, the hex hash of each file by name. The binary uses it to verify files
 * it extracted earlier. `paths` are files and folders of files.
 */
export async function writeHashes(dist: string, paths: string[]): Promise<string> {
  const hashes: Record<string, string> = {}
  for (const file of (await Promise.all(paths.map(filesOf))).flat()) {
    const bytes = await Bun.file(file).bytes()
    hashes[basename(file)] = new Bun.CryptoHasher("sha256").update(bytes).digest("hex")
  }
  const path = join(dist, "sha256.json")
  await Bun.write(path, JSON.stringify(hashes))
  return path
}

async function filesOf(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => undefined)
  return names?.map((name) => join(path, name)) ?? [path]
}

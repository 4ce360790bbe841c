import { mkdir, readdir } from "node:fs/promises"
import { join } from "node:path"

/** Bun.Archive can't store empty directories, and PostgreSQL needs some. */
const DIRECTORIES = ".directories"

/** Packs a closed database directory as a gzipped tar, for `unpack`. */
export async function pack(directory: string): Promise<Uint8Array> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const relative = (entry: (typeof entries)[number]) =>
    join(entry.parentPath, entry.name).slice(directory.length + 1)
  const files: Record<string, Uint8Array | string> = {}
  for (const entry of entries.filter((entry) => entry.isFile())) {
    files[relative(entry)] = await Bun.file(join(directory, relative(entry))).bytes()
  }
  files[DIRECTORIES] = JSON.stringify(entries.filter((e) => e.isDirectory()).map(relative))
  return new Bun.Archive(files, { compress: "gzip", level: 9 }).bytes()
}

/** Unpacks an archive made by `pack` into an empty directory. */
export async function unpack(archive: Blob, directory: string): Promise<void> {
  await new Bun.Archive(await archive.bytes()).extract(directory)
  const list = Bun.file(join(directory, DIRECTORIES))
  for (const name of (await list.json()) as string[]) {
    await mkdir(join(directory, name), { recursive: true, mode: 0o700 })
  }
  await list.delete()
}

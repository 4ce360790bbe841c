import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { drizzleDirectory } from "../embedded"
import { pack } from "../platform/db/embedded/archive"
import { openDatabase } from "../platform/db/open"

/**
 * Writes `dist/database.tar.gz`, an initialized and migrated database for first starts. It saves
 * them PostgreSQL's initdb and the memory that initdb would keep. Rebuilt only if a migration or a
 * dependency has changed.
 */
export async function writeDatabaseArchive(dist: string): Promise<string> {
  const path = join(dist, "database.tar.gz")
  const madeOf = Bun.file(`${path}.made-of`)
  const state = await stateOf(drizzleDirectory())
  if ((await Bun.file(path).exists()) && (await madeOf.exists())) {
    if ((await madeOf.text()) === state) return path
  }
  const home = await mkdtemp(join(tmpdir(), "amelia-archive-"))
  try {
    const database = await openDatabase({ databaseUrl: undefined, poolSize: 1, home })
    await database.close()
    await Bun.write(path, await pack(join(home, "db")))
    await Bun.write(madeOf, state)
    return path
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function stateOf(migrations: string): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256")
  const names = (await readdir(migrations)).filter((name) => name.endsWith(".sql")).sort()
  const files = ["meta/_journal.json", "../bun.lock", ...names]
  for (const name of files) hash.update(await Bun.file(join(migrations, name)).bytes())
  return hash.digest("hex")
}

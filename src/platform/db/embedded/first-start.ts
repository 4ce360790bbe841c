import { existsSync } from "node:fs"
import { mkdtemp, open, readdir, readFile, rename, rm } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { AppError } from "../../errors"

/** PGlite's major version of PostgreSQL. Its directories work with no other version. */
export const POSTGRES_MAJOR = "18"

/**
 * Makes sure that `directory` is an initialized database of our version. `make` fills a new
 * directory beside it, which is then renamed, so that a killed start leaves nothing half done. Call
 * this while holding the home's lock. Throws ConfigurationError if something else is in the way.
 */
export async function ensureDirectory(
  directory: string,
  make: (empty: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(directory)
  const prefix = `${basename(directory)}.new-`
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true })
  }
  if (existsSync(directory)) return checkVersion(directory)

  const beside = await mkdtemp(join(parent, prefix))
  try {
    await make(beside)
    await syncTree(beside)
    await rename(beside, directory)
  } catch (thrown) {
    // It would take up room when the user tries again.
    await rm(beside, { recursive: true, force: true })
    throw thrown
  }
  await sync(parent)
}

async function checkVersion(directory: string): Promise<void> {
  const version = await versionIn(join(directory, "PG_VERSION"))
  if (version === POSTGRES_MAJOR) return
  const sentence = version
    ? `The database in ${directory} was created by PostgreSQL ${version}. ` +
      `This version of Amelia can only read databases of PostgreSQL ${POSTGRES_MAJOR}.`
    : `${directory} is not a database. Please move it away or choose another home.`
  throw new AppError("ConfigurationError", sentence, { directory, version })
}

/** Returns undefined if the file doesn't exist. Throws if it can't be read. */
async function versionIn(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === "ENOENT" || code === "ENOTDIR") return undefined
    throw error
  }
}

/** Flushes a whole tree to disk, all at once, because the journal then commits it together. */
async function syncTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true })
  await Promise.all([directory, ...entries.map((name) => join(directory, name))].map(sync))
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r")
  await file.sync().finally(() => file.close())
}

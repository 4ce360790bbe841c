import { existsSync } from "node:fs"
import { mkdtemp, open, readdir, readFile, rename, rm } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { AppError } from "../../errors"

/** The major version of PostgreSQL that this PGlite is. Its directories fit no other one. */
export const POSTGRES_MAJOR = "18"

/**
 * Sees to it that `directory` is an initialised database of our version. `make` fills an empty
 * directory; that happens beside, and a rename puts the result in its place, so that a start
 * that is killed leaves nothing half done. To be called with the home's lock held.
 * Throws ConfigurationError when something else is in the directory's place.
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
    // It would take room from whoever tries again after making some.
    await rm(beside, { recursive: true, force: true })
    throw thrown
  }
  await sync(parent)
}

async function checkVersion(directory: string): Promise<void> {
  const version = await versionIn(join(directory, "PG_VERSION"))
  if (version === POSTGRES_MAJOR) return
  const sentence = version
    ? `The database in ${directory} was made by PostgreSQL ${version}; ` +
      `this version of Amelia reads only those of PostgreSQL ${POSTGRES_MAJOR}.`
    : `${directory} is no database; please move it away or choose another home.`
  throw new AppError("ConfigurationError", sentence, { directory, version })
}

/** Undefined if there is no such file; one that may not be read is another matter, and throws. */
async function versionIn(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === "ENOENT" || code === "ENOTDIR") return undefined
    throw error
  }
}

/** Writes a whole tree to the disk. All at once, because the journal then commits them together. */
async function syncTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true })
  await Promise.all([directory, ...entries.map((name) => join(directory, name))].map(sync))
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r")
  await file.sync().finally(() => file.close())
}

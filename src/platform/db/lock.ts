import { Database } from "bun:sqlite"
import { join } from "node:path"
import { AppError } from "../errors"
import { readServerEntry } from "../home/home"

/** A lock of the operating system, which ends with its process, however that ends. */
export type Lock = { release(): void }

/**
 * Takes the home for this process: two engines on one directory silently lose committed rows, and
 * of two servers only one would be found there. SQLite is used for the lock that it takes on its file. Throws AlreadyRunningError when another
 * process has the home, naming that one by `<home>/server.json`.
 */
export async function lockHome(home: string): Promise<Lock> {
  const file = new Database(join(home, "db.lock"))
  try {
    file.run("PRAGMA locking_mode = EXCLUSIVE")
    file.run("BEGIN EXCLUSIVE")
  } catch (cause) {
    file.close()
    if ((cause as { code?: string }).code !== "SQLITE_BUSY") throw cause
    const owner = await readServerEntry(home)
    const who = owner ? `Another Amelia at ${owner.url} (process ${owner.pid})` : "Another Amelia"
    throw new AppError("AlreadyRunningError", `${who} uses ${home}.`, { home, ...owner }, { cause })
  }
  return { release: () => file.close() }
}

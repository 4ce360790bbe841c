import { Database } from "bun:sqlite"
import { join } from "node:path"
import { AppError } from "../errors"
import { readServerEntry } from "../home/home"

/** An operating system lock. It ends with its process, however that ends. */
export type Lock = { release(): void }

/**
 * Locks the home for this process: two engines on one directory silently lose committed rows, and
 * commands could find only one of two servers. Uses the lock that SQLite takes on its file. Throws
 * AlreadyRunningError if another process has the home, and names it from `<home>/server.json`.
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
    throw new AppError(
      "AlreadyRunningError",
      `${who} is already using ${home}.`,
      { home, ...owner },
      { cause },
    )
  }
  return { release: () => file.close() }
}

import { makeHome } from "../home/home"
import type { Database } from "./db"
import { openEmbedded } from "./embedded/open"
import { lockHome } from "./lock"
import { openServer } from "./server/open"

export type OpenOptions = {
  /** A PostgreSQL server. Without one, the embedded engine stores the data in `<home>/db`. */
  databaseUrl: string | undefined
  /** Maximum connections to a server. The embedded engine always has one. */
  poolSize: number
  home: string
  log?: (event: string, context: Record<string, unknown>) => void
}

/**
 * Locks the home, opens the database and migrates its schema. Throws AlreadyRunningError if another
 * process has the home, or ConfigurationError if the database can't be used.
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { databaseUrl, poolSize, home, log = () => {} } = options
  if (!databaseUrl) return openEmbedded({ home, log })
  const lock = await lockHome(await makeHome(home))
  try {
    const database = await openServer({ databaseUrl, poolSize, log })
    return { ...database, close: () => database.close().finally(lock.release) }
  } catch (thrown) {
    lock.release()
    throw thrown
  }
}

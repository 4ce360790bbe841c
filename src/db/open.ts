import type { Database } from "./db"
import { openEmbedded } from "./embedded/open"
import { openServer } from "./server/open"

export type OpenOptions = {
  /** A PostgreSQL server; without one the embedded engine keeps the data in `<home>/db`. */
  databaseUrl: string | undefined
  /** How many connections to a server at most. The embedded engine always has one. */
  poolSize: number
  home: string
  log?: (event: string, context: Record<string, unknown>) => void
}

/** Opens the database and brings its schema up to date. Throws ConfigurationError if it cannot. */
export function openDatabase(options: OpenOptions): Promise<Database> {
  const { databaseUrl, poolSize, home, log = () => {} } = options
  return databaseUrl ? openServer({ databaseUrl, poolSize, log }) : openEmbedded({ home, log })
}

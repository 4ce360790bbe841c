import type postgres from "postgres"
import { drizzleDirectory } from "../../../embedded"
import { AppError, messageOf } from "../../errors"
import type { Database } from "../db"
import { guarded } from "../guard"
import { migrate } from "../migrate"
import { ensurePgvector } from "../pgvector"
import { listen } from "./listen"
import { openPools } from "./pool"

const VERSION_MIN = 15

export type ServerOptions = {
  databaseUrl: string
  poolSize: number
  log: (event: string, context: Record<string, unknown>) => void
}

/**
 * Connects to a PostgreSQL server, version 15 or newer. Throws ConfigurationError, without the
 * password, if the URL is invalid, nobody answers there or the server is too old.
 */
export async function openServer(options: ServerOptions): Promise<Database> {
  const { databaseUrl, poolSize, log } = options
  const place = placeOf(databaseUrl)
  const pools = openPools(databaseUrl, poolSize, () => log("database.connection_lost", { place }))
  const db = guarded(pools.db)
  const listeners: (() => Promise<void>)[] = []
  try {
    const major = await versionOf(pools.client(), place)
    const pgvector = await ensurePgvector(db)
    await migrate(db, drizzleDirectory())
    return {
      db,
      engine: "server",
      description: `PostgreSQL ${major} at ${place}`,
      pgvector,
      async interrupt() {},
      listen: (channel, heard) => void listeners.push(listen(databaseUrl, channel, heard)),
      async close() {
        await Promise.all([...listeners.map((end) => end()), pools.close()])
      },
    }
  } catch (thrown) {
    await pools.close()
    throw thrown
  }
}

/** Host and database: the parts of a URL that are safe to show. */
function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    const sentence = "DATABASE_URL must look like postgres://user:password@host:5432/database."
    throw new AppError("ConfigurationError", sentence)
  }
  return `${parsed.host}${parsed.pathname}`
}

async function versionOf(client: postgres.Sql, place: string): Promise<number> {
  const [row] = await client`select current_setting('server_version_num')::int as version`.catch(
    (cause: unknown) => {
      const sentence = `Can't use the PostgreSQL server at ${place}: ${messageOf(cause)}.`
      throw new AppError("ConfigurationError", sentence, { place }, { cause })
    },
  )
  const major = Math.floor(Number(row?.version) / 10_000)
  if (major >= VERSION_MIN) return major
  const sentence = `The server at ${place} is PostgreSQL ${major}; Amelia needs ${VERSION_MIN} or newer.`
  throw new AppError("ConfigurationError", sentence, { place })
}

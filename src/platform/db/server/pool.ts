import { drizzle } from "drizzle-orm/postgres-js"
import postgres from "postgres"
import type { Db } from "../db"
import { withReadableFailures } from "../failure"
import { withSafeTransactions } from "./transactions"

/** Time for a retired pool to finish its work. */
const RETIREMENT_S = 5

type Pool = { client: postgres.Sql; db: Db }

export type Pools = {
  client(): postgres.Sql
  db(): Db
  close(): Promise<void>
}

/**
 * A pool of up to `max` connections to a server. If one is lost, the whole pool is retired and the
 * next query opens another, because a connection that the driver restores may hang forever.
 */
export function openPools(url: string, max: number, lost: () => void): Pools {
  const retiring = new Set<Promise<void>>()
  let pool: Pool | undefined
  let closed = false

  const retire = (old: Pool) => {
    if (pool !== old || closed) return
    pool = undefined
    lost()
    const ended = old.client.end({ timeout: RETIREMENT_S })
    retiring.add(ended)
    void ended.finally(() => retiring.delete(ended))
  }
  const begin = (): Pool => {
    const client = connect(url, { max, onclose: () => retire(mine) })
    const safe = withSafeTransactions(client)
    const mine = {
      client,
      db: withReadableFailures(drizzle({ client: safe, casing: "snake_case" })),
    }
    return mine
  }
  const current = () => {
    pool ??= begin()
    return pool
  }
  return {
    client: () => current().client,
    db: () => current().db,
    async close() {
      closed = true
      await Promise.all([pool?.client.end({ timeout: RETIREMENT_S }), ...retiring])
    },
  }
}

/** The driver supports `onnotify`, but its types don't include it. */
type Own = { max: number; onclose: () => void; onnotify?: () => void }

export function connect(url: string, own: Own): postgres.Sql {
  return postgres(url, {
    ...own,
    max_lifetime: null,
    idle_timeout: 0,
    connect_timeout: 10,
    fetch_types: false,
    onnotice() {},
    connection: { application_name: "amelia", search_path: "amelia,public", TimeZone: "UTC" },
  })
}

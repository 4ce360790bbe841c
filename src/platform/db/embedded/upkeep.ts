import { sql } from "drizzle-orm"
import type { Db } from "../db"
import type { Peeked } from "./sessions"

/** Interval between looks while the database is in use. */
const LOOK_EVERY_MS = 100
/**
 * A checkpoint after this much WAL takes about 50 ms, and after it the first change of each page is
 * written in full. With a quarter of this, everything waited and ingestion took 10% longer. After a
 * kill, replaying twice as much takes half a second.
 */
const WAL_BYTES = 8 * 1024 ** 2
/** With this much WAL, a checkpoint no longer waits for transactions. */
const WAL_BYTES_MAX = 2 * WAL_BYTES
/** A checkpoint writes some WAL itself. More than this means that something else wrote too. */
const WAL_BYTES_OWN = 4096
const CHECKPOINT_EVERY_MS = 5 * 60_000
const TABLES_EVERY_MS = 10_000
/** The database counts as idle after this long without use. */
const IDLE_MS = 1_000

export type Upkeep = {
  /** Call this when the database is used, so that upkeep looks at it soon. */
  noteUse(): void
  /** Starts nothing any more. A running statement ends with the session. */
  close(): void
}

type Log = (event: string, context: Record<string, unknown>) => void

/** Upkeep's state between looks. Times are `performance.now()`. */
type Seen = {
  /** True if the database was used since the last look. */
  isUsed: boolean
  usedAt: number
  checkpointAt: number
  tablesAt: number
  /** Bytes of WAL since the last checkpoint. */
  wal: number
  /** True if it was used since the tables were last checked while idle. */
  isStale: boolean
}

/**
 * Replaces the background processes of PostgreSQL that PGlite lacks: checkpoints by WAL size and
 * time, ANALYZE of tables that changed much, and VACUUM of tables with many dead rows while the
 * database is idle. Runs one statement at a time, and none while a transaction runs or waits,
 * except an overdue checkpoint. Logs each as `database.upkeep`. An idle database costs nothing: no
 * timer runs until it is used again. Never restarts an engine that has ended. Failures wait for the
 * next look, because users of the database see their cause.
 */
export function openUpkeep(peek: () => Peeked | undefined, log: Log): Upkeep {
  const now = performance.now()
  const seen: Seen = {
    isUsed: true,
    usedAt: now,
    checkpointAt: now,
    tablesAt: 0,
    wal: 0,
    isStale: false,
  }
  let timer: Timer | undefined
  let looking = false
  let closed = false

  async function lookOnce(): Promise<void> {
    looking = true
    await look(seen, peek, log).catch(() => {
      seen.isStale = false
    })
    looking = false
    plan()
  }
  function plan(): void {
    clearTimeout(timer)
    const wait_ms = nextLookMs(seen, performance.now())
    if (closed || wait_ms === undefined) return
    timer = setTimeout(lookOnce, wait_ms)
    timer.unref()
  }
  plan()
  return {
    noteUse() {
      const isPlanned = looking || seen.isUsed
      Object.assign(seen, { isUsed: true, usedAt: performance.now() })
      if (!isPlanned) plan()
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/** Milliseconds until there may be work; undefined if not before the next use. */
function nextLookMs(seen: Seen, now: number): number | undefined {
  if (seen.isUsed) return LOOK_EVERY_MS
  if (seen.isStale) return Math.max(LOOK_EVERY_MS, seen.usedAt + IDLE_MS - now)
  if (seen.wal <= WAL_BYTES_OWN) return undefined
  return Math.max(LOOK_EVERY_MS, seen.checkpointAt + CHECKPOINT_EVERY_MS - now)
}

async function look(seen: Seen, peek: () => Peeked | undefined, log: Log): Promise<void> {
  const { isUsed } = seen
  seen.isUsed = false
  if (isUsed) seen.isStale = true
  const session = peek()
  if (!session) {
    Object.assign(seen, { wal: 0, isStale: false })
    return
  }
  const now = performance.now()
  const isFree = () => peek()?.transactions === 0

  if (isUsed || isTimeForCheckpoint(seen, now)) {
    seen.wal = await walBytes(session.db)
    const isDue = seen.wal >= WAL_BYTES || isTimeForCheckpoint(seen, now)
    if (seen.wal >= WAL_BYTES_MAX || (isDue && isFree())) {
      await run(session.db, "CHECKPOINT", log)
      Object.assign(seen, { wal: 0, checkpointAt: now })
      return
    }
  }
  const isIdle = now - seen.usedAt >= IDLE_MS
  const isTimeForTables = isIdle || now - seen.tablesAt >= TABLES_EVERY_MS
  if (!seen.isStale || !isTimeForTables || !isFree()) return
  seen.tablesAt = now
  const [statement] = await statementsDue(session.db, isIdle)
  if (statement && isFree()) await run(session.db, statement, log)
  else if (isIdle) seen.isStale = false
}

function isTimeForCheckpoint({ wal, checkpointAt }: Seen, now: number): boolean {
  return wal > WAL_BYTES_OWN && now - checkpointAt >= CHECKPOINT_EVERY_MS
}

async function run(db: Db, statement: string, log: Log): Promise<void> {
  const begun = performance.now()
  await db.execute(sql.raw(statement))
  log("database.upkeep", { statement, duration_ms: Math.round(performance.now() - begun) })
}

async function walBytes(db: Db): Promise<number> {
  const [row] = await db.execute<{ bytes: string }>(
    sql`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) as bytes
      from pg_control_checkpoint()`,
  )
  return Number(row?.bytes)
}

/**
 * Follows autovacuum's rules, most urgent first. Flushes the statistics, which the database
 * publishes only once a second. TOAST tables are vacuumed with their tables.
 */
async function statementsDue(db: Db, isIdle: boolean): Promise<string[]> {
  await db.execute(sql`select pg_stat_force_next_flush()`)
  const rows = await db.execute<{ name: string; analyze: boolean; vacuum: boolean }>(
    sql`select format('%I.%I', schemaname, relname) as name,
        n_mod_since_analyze > 50 + 0.1 * n_live_tup and relname <> 'pg_statistic' as analyze,
        n_dead_tup > 50 + 0.2 * n_live_tup as vacuum
      from pg_stat_all_tables where schemaname <> 'pg_toast'
      order by n_mod_since_analyze + n_dead_tup desc`,
  )
  return rows.flatMap(({ name, analyze, vacuum }) => [
    ...(vacuum && isIdle ? [`VACUUM ${name}`] : []),
    ...(analyze ? [`ANALYZE ${name}`] : []),
  ])
}

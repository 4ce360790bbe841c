import { sql } from "drizzle-orm"
import type { Db } from "../db"
import type { Peeked } from "./sessions"

/** The pace of looks while the database is used. */
const LOOK_EVERY_MS = 100
/**
 * A checkpoint after this much WAL takes some 50 ms, and after it the first change of each page is
 * written whole: a quarter of this made all others wait, and ingestion take a tenth longer. After a
 * kill, replaying twice as much takes half a second.
 */
const WAL_BYTES = 8 * 1024 ** 2
/** With this much WAL the checkpoint no longer lets transactions go first. */
const WAL_BYTES_MAX = 2 * WAL_BYTES
/** A checkpoint writes some WAL itself; more than this says that someone else did too. */
const WAL_BYTES_OWN = 4096
const CHECKPOINT_EVERY_MS = 5 * 60_000
const TABLES_EVERY_MS = 10_000
/** Unused for so long, the database is thought to be idle. */
const IDLE_MS = 1_000

export type Upkeep = {
  /** Says that the database is being used, so there may be something to do soon. */
  noteUse(): void
  /** Begins nothing any more; a statement that is under way ends with the session. */
  close(): void
}

type Log = (event: string, context: Record<string, unknown>) => void

/** What upkeep remembers of the database from one look to the next. Times are `performance.now()`. */
type Seen = {
  /** Whether it was used since the last look. */
  isUsed: boolean
  usedAt: number
  checkpointAt: number
  tablesAt: number
  /** Bytes of WAL since the last checkpoint. */
  wal: number
  /** Whether it was used after the tables had been looked at in an idle moment. */
  isStale: boolean
}

/**
 * Does what PostgreSQL's background processes do and PGlite lacks: checkpoints by size and time of
 * the WAL, ANALYZE of tables that changed much, VACUUM of those with many dead rows while the
 * database is idle. One statement at a time, and none while a transaction runs or waits, but for a
 * checkpoint that is overdue. Each is told to `log` as `database.upkeep`. An idle database costs
 * nothing: no timer runs until it is used again. An engine that has ended is not started. A failure
 * is left to the next look, for those who use the database meet its cause.
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

/** Milliseconds until there may be something to do; undefined if not before the next use. */
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
 * By the rules of autovacuum, most urgent first. The database counts changes itself, but would
 * publish them once a second at most. TOAST tables are vacuumed with the tables that they serve.
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

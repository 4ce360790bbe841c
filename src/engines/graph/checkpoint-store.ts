import { and, desc, eq, inArray, lt, lte, type SQL, sql } from "drizzle-orm"
import type { PgTable } from "drizzle-orm/pg-core"
import type { Db } from "../../platform/db/db"
import {
  type CheckpointRow,
  checkpoints,
  checkpointValues,
  checkpointWrites,
} from "../../platform/db/schema/workflows"
import { insertionOf } from "../../platform/db/writes"
import type { StoredState } from "./checkpoint-state"

export type Thread = { threadId: string; namespace: string }
export type ValueRow = typeof checkpointValues.$inferSelect
export type WriteRow = typeof checkpointWrites.$inferSelect

/** The checkpoint with this id, or the thread's newest. */
export async function findCheckpoint(
  db: Db,
  { threadId, namespace }: Thread,
  checkpointId: string | undefined,
): Promise<CheckpointRow | undefined> {
  const [row] = await db
    .select()
    .from(checkpoints)
    .where(
      and(
        eq(checkpoints.threadId, threadId),
        eq(checkpoints.namespace, namespace),
        checkpointId ? eq(checkpoints.checkpointId, checkpointId) : undefined,
      ),
    )
    .orderBy(desc(checkpoints.checkpointId))
    .limit(1)
  return row
}

/**
 * What is stored of a checkpoint and of those before it that it must be put together with, oldest
 * first: each that has `delta` says only what is new since its parent.
 */
export async function listLine(
  db: Db,
  { threadId, namespace, checkpointId }: Thread & { checkpointId: string },
): Promise<StoredState[]> {
  const line: StoredState[] = []
  let next: string | null = checkpointId
  // Read by the thread, which takes a tenth of the time of asking for parent after parent.
  while (next !== null) {
    const rows: LineRow[] = await db
      .select({ id: checkpoints.checkpointId, parentId: checkpoints.parentId, state })
      .from(checkpoints)
      .where(
        and(
          eq(checkpoints.threadId, threadId),
          eq(checkpoints.namespace, namespace),
          lte(checkpoints.checkpointId, next),
        ),
      )
      .orderBy(desc(checkpoints.checkpointId))
      .limit(LINE_ROWS)
    if (rows[0]?.id !== next) return []
    for (const { id, parentId, state } of rows) {
      if (id !== next) continue
      line.push(state)
      next = state.delta ? parentId : null
    }
  }
  return line.reverse()
}

/** Read at once of a thread; as many as a long run has. */
const LINE_ROWS = 500
const state = sql<StoredState>`${checkpoints.checkpoint}`
type LineRow = { id: string; parentId: string | null; state: StoredState }

export type CheckpointFilter = {
  threadId?: string
  namespace?: string
  checkpointId?: string
  before?: string
  metadata?: Record<string, unknown>
  limit?: number
}

/** Newest first. `metadata` must be contained in the checkpoint's own. */
export async function listCheckpoints(db: Db, filter: CheckpointFilter): Promise<CheckpointRow[]> {
  const conditions: (SQL | undefined)[] = [
    filter.threadId === undefined ? undefined : eq(checkpoints.threadId, filter.threadId),
    filter.namespace === undefined ? undefined : eq(checkpoints.namespace, filter.namespace),
    filter.checkpointId === undefined
      ? undefined
      : eq(checkpoints.checkpointId, filter.checkpointId),
    filter.before === undefined ? undefined : lt(checkpoints.checkpointId, filter.before),
    filter.metadata === undefined
      ? undefined
      : sql`${checkpoints.metadata} @> ${JSON.stringify(filter.metadata)}::text::jsonb`,
  ]
  const rows = db
    .select()
    .from(checkpoints)
    .where(and(...conditions))
    .orderBy(desc(checkpoints.checkpointId))
  return filter.limit === undefined ? rows : rows.limit(filter.limit)
}

/** The values of these channels at these versions; a version that held nothing has no row. */
export async function listValues(
  db: Db,
  { threadId, namespace }: Thread,
  versions: Record<string, string | number>,
): Promise<ValueRow[]> {
  const channels = Object.keys(versions)
  if (channels.length === 0) return []
  const rows = await db
    .select()
    .from(checkpointValues)
    .where(
      and(
        eq(checkpointValues.threadId, threadId),
        eq(checkpointValues.namespace, namespace),
        inArray(checkpointValues.channel, channels),
        inArray(checkpointValues.version, [...new Set(Object.values(versions).map(String))]),
      ),
    )
  return rows.filter((row) => row.version === String(versions[row.channel]))
}

export async function listWrites(
  db: Db,
  { threadId, namespace }: Thread,
  checkpointId: string,
): Promise<WriteRow[]> {
  return db
    .select()
    .from(checkpointWrites)
    .where(
      and(
        eq(checkpointWrites.threadId, threadId),
        eq(checkpointWrites.namespace, namespace),
        eq(checkpointWrites.checkpointId, checkpointId),
      ),
    )
}

/** What LangGraph gives to be stored: checkpoints, the channel values new with them, and writes. */
export type Notes = {
  checkpoints: (typeof checkpoints.$inferInsert)[]
  values: ValueRow[]
  writes: WriteRow[]
}

/**
 * The statements that store notes, `when` that holds. What comes again is as it was; but of writes,
 * errors and interrupts, whose positions are negative, replace those before them.
 */
export function storing({ checkpoints: points, values, writes }: Notes, when?: SQL): SQL[] {
  const insert = <T extends PgTable>(table: T, rows: T["$inferInsert"][], onConflict: SQL) =>
    rows.length === 0 ? [] : [sql`${insertionOf(table, rows, { when })} on conflict ${onConflict}`]
  const special = writes.filter(({ position }) => position < 0)
  return [
    ...insert(checkpointValues, values, sql`do nothing`),
    ...insert(
      checkpoints,
      lastOfEach(points, ({ checkpointId }) => checkpointId),
      sql`(thread_id, namespace, checkpoint_id) do update
        set checkpoint = excluded.checkpoint, metadata = excluded.metadata, parent_id = excluded.parent_id`,
    ),
    ...insert(
      checkpointWrites,
      writes.filter(({ position }) => position >= 0),
      sql`do nothing`,
    ),
    ...insert(
      checkpointWrites,
      lastOfEach(special, ({ checkpointId, taskId, position }) =>
        [checkpointId, taskId, position].join(" "),
      ),
      sql`(thread_id, namespace, checkpoint_id, task_id, position) do update
        set channel = excluded.channel, type = excluded.type, value = excluded.value`,
    ),
  ]
}

/** A statement may not change a row twice. */
function lastOfEach<T>(rows: T[], keyOf: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()]
}

/** Deletes at most `limit` rows of a thread; how many it were, 0 when nothing is left. */
export async function deleteSome(db: Db, threadId: string, limit: number): Promise<number> {
  for (const table of [checkpoints, checkpointValues, checkpointWrites]) {
    const some = sql`select ctid from ${table} where ${table.threadId} = ${threadId} limit ${limit}`
    const deleted = await db
      .delete(table)
      .where(sql`ctid = any(array(${some}))`)
      .returning({ threadId: table.threadId })
    if (deleted.length > 0) return deleted.length
  }
  return 0
}

export async function deleteThread(db: Db, threadId: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.delete(checkpointWrites).where(eq(checkpointWrites.threadId, threadId))
    await tx.delete(checkpointValues).where(eq(checkpointValues.threadId, threadId))
    await tx.delete(checkpoints).where(eq(checkpoints.threadId, threadId))
  })
}

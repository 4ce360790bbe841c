import { and, desc, eq, inArray, lt, lte, type SQL, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import {
  type CheckpointRow,
  checkpoints,
  checkpointValues,
  checkpointWrites,
} from "../../platform/db/schema/workflows"
import type { StoredState } from "./checkpoint-state"

export type Thread = { threadId: string; namespace: string }
export type ValueRow = typeof checkpointValues.$inferSelect
export type WriteRow = typeof checkpointWrites.$inferSelect

/** Returns the checkpoint with this id, or the thread's newest if no id is given. */
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
 * Returns the stored states that make up a checkpoint, oldest first: a state with `delta` holds only
 * what is new since its parent.
 */
export async function listLine(
  db: Db,
  { threadId, namespace, checkpointId }: Thread & { checkpointId: string },
): Promise<StoredState[]> {
  const line: StoredState[] = []
  let next: string | null = checkpointId
  // Reading by thread takes a tenth of the time of querying parent by parent.
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

/** Rows per query; as many as a long run has. */
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

/** Newest first. A checkpoint matches if its metadata contains `metadata`. */
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

/** Returns the channels' values at these versions. A version without a value has no row. */
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

/** What LangGraph asks a saver to store: checkpoints, their new channel values, and writes. */
export type CheckpointParts = {
  checkpoints: (typeof checkpoints.$inferInsert)[]
  values: ValueRow[]
  writes: WriteRow[]
}

/**
 * Inserts parts of checkpoints; call it inside a transaction. Storing the same part twice changes
 * nothing, except that errors and interrupts, whose positions are negative, replace earlier ones.
 */
export async function insertParts(db: Db, { values, writes, ...parts }: CheckpointParts) {
  const special = writes.filter(({ position }) => position < 0)
  const others = writes.filter(({ position }) => position >= 0)
  await Promise.all([
    values.length > 0 && db.insert(checkpointValues).values(values).onConflictDoNothing(),
    ...parts.checkpoints.map((row) => upsertCheckpoint(db, row)),
    others.length > 0 && db.insert(checkpointWrites).values(others).onConflictDoNothing(),
    ...special.map((row) => upsertWrite(db, row)),
  ])
}

function upsertCheckpoint(db: Db, row: typeof checkpoints.$inferInsert) {
  const { checkpoint, metadata, parentId } = row
  const { threadId, namespace, checkpointId } = checkpoints
  return db
    .insert(checkpoints)
    .values(row)
    .onConflictDoUpdate({
      target: [threadId, namespace, checkpointId],
      set: { checkpoint, metadata, parentId: parentId ?? null },
    })
}

function upsertWrite(db: Db, row: WriteRow) {
  const { threadId, namespace, checkpointId, taskId, position } = checkpointWrites
  const { channel, type, value } = row
  return db
    .insert(checkpointWrites)
    .values(row)
    .onConflictDoUpdate({
      target: [threadId, namespace, checkpointId, taskId, position],
      set: { channel, type, value },
    })
}

/** Deletes up to `limit` rows of a thread. Returns the number deleted, 0 when none are left. */
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

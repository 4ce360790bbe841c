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
type ValueRow = typeof checkpointValues.$inferSelect
export type WriteRow = typeof checkpointWrites.$inferSelect

/** Returns the checkpoint with this id, or the thread's newest if no id is given. */
export async function findCheckpoint(
  db: Db,
  { threadId, namespace }: Thread,
  checkpointId: string | undefined,
): Promise<CheckpointRow | undefined> {
  const [row] = await listCheckpoints(db, { threadId, namespace, checkpointId, limit: 1 })
  return row
}

/** Returns the stored states that make up a checkpoint, oldest first; see StoredState. */
export async function listLine(
  db: Db,
  { checkpointId, ...thread }: Thread & { checkpointId: string },
): Promise<StoredState[]> {
  const line: StoredState[] = []
  let next: string | null = checkpointId
  // Reading by thread takes a tenth of the time of querying parent by parent.
  while (next !== null) {
    const rows: LineRow[] = await db
      .select({ id: checkpoints.checkpointId, parentId: checkpoints.parentId, state })
      .from(checkpoints)
      .where(and(isIn(checkpoints, thread), lte(checkpoints.checkpointId, next)))
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

type CheckpointFilter = Partial<Thread> & {
  checkpointId?: string | undefined
  before?: string
  metadata?: Record<string, unknown>
  limit?: number
}

/** Newest first. A checkpoint matches if its metadata contains `metadata`. */
export async function listCheckpoints(db: Db, filter: CheckpointFilter): Promise<CheckpointRow[]> {
  const { threadId: thread, namespace, checkpointId: id, before, metadata } = filter
  const conditions: (SQL | undefined)[] = [
    thread === undefined ? undefined : eq(checkpoints.threadId, thread),
    namespace === undefined ? undefined : eq(checkpoints.namespace, namespace),
    id === undefined ? undefined : eq(checkpoints.checkpointId, id),
    before === undefined ? undefined : lt(checkpoints.checkpointId, before),
    metadata && sql`${checkpoints.metadata} @> ${JSON.stringify(metadata)}::text::jsonb`,
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
  thread: Thread,
  versions: Record<string, string | number>,
): Promise<ValueRow[]> {
  const channels = Object.keys(versions)
  if (channels.length === 0) return []
  const rows = await db
    .select()
    .from(checkpointValues)
    .where(
      and(
        isIn(checkpointValues, thread),
        inArray(checkpointValues.channel, channels),
        inArray(checkpointValues.version, [...new Set(Object.values(versions).map(String))]),
      ),
    )
  return rows.filter((row) => row.version === String(versions[row.channel]))
}

export async function listWrites(
  db: Db,
  thread: Thread,
  checkpointId: string,
): Promise<WriteRow[]> {
  return db
    .select()
    .from(checkpointWrites)
    .where(and(isIn(checkpointWrites, thread), eq(checkpointWrites.checkpointId, checkpointId)))
}

type Table = typeof checkpoints | typeof checkpointValues | typeof checkpointWrites

function isIn(table: Table, { threadId, namespace }: Thread): SQL | undefined {
  return and(eq(table.threadId, threadId), eq(table.namespace, namespace))
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
    for (const table of [checkpointWrites, checkpointValues, checkpoints]) {
      await tx.delete(table).where(eq(table.threadId, threadId))
    }
  })
}

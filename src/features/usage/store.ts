import { and, asc, desc, eq, gte, inArray, isNotNull, or, type SQL, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { type CallRow, calls, type NewCall } from "../../platform/db/schema/calls"
import { runs } from "../../platform/db/schema/runs"
import { insertionOf, updateOf } from "../../platform/db/writes"
import type { CallTotals } from "../../platform/shapes/cost"
import type { CallFilter, CallGroup } from "./totals"

/** One attempt at a step of a run. With `nth` it identifies one call. */
export type StepKey = {
  runId: string
  node: string
  iteration: number
  mapIndex: number
  attempt: number
}

/** Returns the calls of one attempt. */
export function listCallsAt(db: Db, step: StepKey): Promise<CallRow[]> {
  return db.select().from(calls).where(isOfStep(step))
}

/** Returns the first model call of one attempt. */
export async function findModelCall(db: Db, step: StepKey): Promise<CallRow | undefined> {
  const [call] = await db
    .select()
    .from(calls)
    .where(and(isOfStep(step), eq(calls.kind, "model")))
    .orderBy(asc(calls.nth))
    .limit(1)
  return call
}

export async function insertCall(db: Db, call: NewCall): Promise<void> {
  await db.execute(callInsertion(call))
}

/** Returns the statement of `insertCall`, which stores the call only if `when` holds. */
export function callInsertion(call: NewCall, when?: SQL): SQL {
  return insertionOf(calls, [{ id: Bun.randomUUIDv7(), ...call }], { when })
}

/** Returns a run's calls, oldest first, optionally of one kind. */
export async function listCallsOfRun(
  db: Db,
  runId: string,
  kind?: CallRow["kind"],
): Promise<CallRow[]> {
  return db
    .select()
    .from(calls)
    .where(and(eq(calls.runId, runId), kind && eq(calls.kind, kind)))
    .orderBy(asc(calls.id))
}

/** Deletes a step's model requests and responses, once nothing needs them any more. */
export async function clearBodies(db: Db, step: Omit<StepKey, "attempt">): Promise<void> {
  await db.execute(clearing(step, sql`true`))
}

/** Returns the statement of `clearBodies`, which deletes only if `when` holds. */
export function clearing(
  { runId, node, iteration, mapIndex }: Omit<StepKey, "attempt">,
  when: SQL,
): SQL {
  const bodies = { request: null, response: null }
  const where = and(
    eq(calls.kind, "model"),
    and(eq(calls.runId, runId), eq(calls.node, node)),
    and(eq(calls.iteration, iteration), eq(calls.mapIndex, mapIndex)),
    when,
  )
  return updateOf(calls, bodies, where ?? when)
}

/** Deletes the bodies of up to `limit` calls of a run. Returns the number of calls. */
export async function clearSomeBodies(db: Db, runId: string, limit: number): Promise<number> {
  const some = db
    .select({ id: calls.id })
    .from(calls)
    .where(and(eq(calls.runId, runId), or(isNotNull(calls.request), isNotNull(calls.response))))
    .limit(limit)
  const cleared = await db
    .update(calls)
    .set({ request: null, response: null })
    .where(inArray(calls.id, some))
    .returning({ id: calls.id })
  return cleared.length
}

const totals = {
  calls: sql<number>`count(*)::int`,
  inputTokens: sql<number>`coalesce(sum(${calls.inputTokens}), 0)::float8`,
  outputTokens: sql<number>`coalesce(sum(${calls.outputTokens}), 0)::float8`,
  costUsd: sql<number>`coalesce(sum(${calls.costUsd}), 0)::float8`,
  unpriced: sql<number>`(count(*) filter (where ${calls.costUsd} is null))::int`,
}

/** Returns the totals of the model calls that match the filter. */
export async function sumCalls(db: Db, filter: CallFilter): Promise<CallTotals | undefined> {
  const [sum] = await db.select(totals).from(calls).where(isModelCall(db, filter))
  return sum
}

/** Returns the totals of the matching model calls by day, agent or model. */
export async function sumCallsBy(
  db: Db,
  by: CallGroup,
  filter: CallFilter,
): Promise<(CallTotals & { key: string | null })[]> {
  const keys = {
    day: sql<string>`to_char(${calls.createdAt} at time zone 'UTC', 'YYYY-MM-DD')`,
    agent: sql<string | null>`${runs.agentId}::text`,
    model: sql<string>`${calls.provider} || '/' || ${calls.model}`,
  }
  return db
    .select({ ...totals, key: sql<string | null>`${keys[by]}`.as("key") })
    .from(calls)
    .leftJoin(runs, eq(runs.id, calls.runId))
    .where(isModelCall(db, filter))
    .groupBy(sql`key`)
    .orderBy(by === "day" ? desc(sql`key`) : desc(totals.costUsd))
}

/** Returns the totals of model calls for each node of these runs. */
export async function sumCallsByNode(
  db: Db,
  runIds: string[],
): Promise<(CallTotals & { runId: string | null; node: string | null })[]> {
  if (runIds.length === 0) return []
  return db
    .select({ ...totals, runId: calls.runId, node: calls.node })
    .from(calls)
    .where(and(eq(calls.kind, "model"), inArray(calls.runId, runIds)))
    .groupBy(calls.runId, calls.node)
}

/** Returns the totals of model calls for each of these sessions. */
export async function sumCallsBySession(
  db: Db,
  sessionIds: string[],
): Promise<(CallTotals & { sessionId: string | null })[]> {
  if (sessionIds.length === 0) return []
  return db
    .select({ ...totals, sessionId: calls.sessionId })
    .from(calls)
    .where(and(eq(calls.kind, "model"), inArray(calls.sessionId, sessionIds)))
    .groupBy(calls.sessionId)
}

function isModelCall(db: Db, { since, runId, agentId }: CallFilter) {
  const ofAgent = (id: string) => db.select({ id: runs.id }).from(runs).where(eq(runs.agentId, id))
  return and(
    eq(calls.kind, "model"),
    since && gte(calls.createdAt, since),
    runId ? eq(calls.runId, runId) : undefined,
    agentId ? inArray(calls.runId, ofAgent(agentId)) : undefined,
  )
}

function isOfStep(step: StepKey) {
  return and(
    eq(calls.runId, step.runId),
    eq(calls.node, step.node),
    eq(calls.iteration, step.iteration),
    eq(calls.mapIndex, step.mapIndex),
    eq(calls.attempt, step.attempt),
  )
}

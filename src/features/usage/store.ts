import { and, asc, desc, eq, gte, inArray, isNotNull, or, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { type CallRow, calls, type NewCall } from "../../platform/db/schema/calls"
import { runs } from "../../platform/db/schema/runs"
import type { CallTotals } from "../../platform/shapes/cost"
import type { AttemptKey, CallFilter, CallGroup } from "./schema"

const recorded = {
  id: calls.id,
  nth: calls.nth,
  requestHash: calls.requestHash,
  response: calls.response,
  error: calls.error,
  errorName: calls.errorName,
}
export type RecordedCall = Pick<CallRow, keyof typeof recorded>

/** Returns the answers that an attempt has got so far. */
export function listAnswers(db: Db, key: AttemptKey): Promise<RecordedCall[]> {
  return db.select(recorded).from(calls).where(isOf(key))
}

export async function findModelCall(db: Db, key: AttemptKey): Promise<CallRow | undefined> {
  const [call] = await db
    .select()
    .from(calls)
    .where(and(isOf(key), eq(calls.kind, "model")))
    .orderBy(asc(calls.nth))
    .limit(1)
  return call
}

export async function insertCall(db: Db, call: NewCall): Promise<void> {
  await db.insert(calls).values(call)
}

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

export async function clearBodies(db: Db, step: StepOf): Promise<void> {
  await db
    .update(calls)
    .set({ request: null, response: null })
    .where(and(isOfStep(step), eq(calls.kind, "model")))
}

/** Deletes the requests and answers of up to `limit` calls of a run. Returns the number cleared. */
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

export async function sumCalls(db: Db, filter: CallFilter): Promise<CallTotals | undefined> {
  const [sum] = await db.select(totals).from(calls).where(isModelCall(db, filter))
  return sum
}

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

function isModelCall(db: Db, { since, runId, agentId, runIds }: CallFilter) {
  const ofAgent = (id: string) => db.select({ id: runs.id }).from(runs).where(eq(runs.agentId, id))
  return and(
    eq(calls.kind, "model"),
    since && gte(calls.createdAt, since),
    runId ? eq(calls.runId, runId) : undefined,
    agentId ? inArray(calls.runId, ofAgent(agentId)) : undefined,
    runIds && inArray(calls.runId, runIds),
  )
}

function isOf({ attempt, ...step }: AttemptKey) {
  return and(isOfStep(step), eq(calls.attempt, attempt))
}

type StepOf = Omit<AttemptKey, "attempt">

function isOfStep({ runId, node, iteration, mapIndex }: StepOf) {
  return and(
    eq(calls.runId, runId),
    eq(calls.node, node),
    eq(calls.iteration, iteration),
    eq(calls.mapIndex, mapIndex),
  )
}

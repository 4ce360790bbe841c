import type { DbDeps } from "../../platform/deps"
import type { CallTotals } from "../../platform/shapes/cost"
import { type RetrievalResult, retrievalResultSchema } from "../../platform/shapes/passage"
import type { UsageDeps } from "./deps"
import { presentCall } from "./present"
import type { AttemptKey, Call, CallFilter, CallGroup } from "./schema"
import * as store from "./store"

export async function listCallsOfRun({ db }: UsageDeps, runId: string): Promise<Call[]> {
  return (await store.listCallsOfRun(db, runId)).map(presentCall)
}

/** Returns the passages that each node retrieved, by node id. */
export async function passagesByNode(
  { db }: UsageDeps,
  runId: string,
): Promise<Record<string, RetrievalResult[]>> {
  const retrievals = await store.listCallsOfRun(db, runId, "retrieval")
  const byNode = Map.groupBy(retrievals, ({ node }) => node ?? "")
  const passages = retrievalResultSchema.array().catch([])
  return Object.fromEntries(
    [...byNode].map(([node, rows]) => [
      node,
      distinct(rows.flatMap(({ response }) => passages.parse(response))),
    ]),
  )
}

export function distinct(passages: RetrievalResult[]): RetrievalResult[] {
  const place = ({ document_id, start, end }: RetrievalResult) => `${document_id} ${start} ${end}`
  return [...new Map(passages.map((passage) => [place(passage), passage])).values()]
}

/** Deletes the bodies of a step's model calls, for when RECORD_BODIES is off. */
export function forgetBodies({ db }: DbDeps, key: Omit<AttemptKey, "attempt">): Promise<void> {
  return store.clearBodies(db, key)
}

/** Deletes the requests and answers of up to `limit` calls of a run. Returns the number cleared. */
export function forgetBodiesOfRun({ db }: DbDeps, runId: string, limit: number): Promise<number> {
  return store.clearSomeBodies(db, runId, limit)
}

export async function totalsByNode(
  { db }: UsageDeps,
  runIds: string[],
): Promise<Map<string, Map<string, CallTotals>>> {
  const byRun = new Map<string, Map<string, CallTotals>>()
  for (const { runId, node, ...totals } of await store.sumCallsByNode(db, runIds)) {
    if (!runId || !node) continue
    byRun.set(runId, (byRun.get(runId) ?? new Map()).set(node, totals))
  }
  return byRun
}

export async function totalsBySession(
  { db }: DbDeps,
  sessionIds: string[],
): Promise<Map<string | null, CallTotals>> {
  const sums = await store.sumCallsBySession(db, sessionIds)
  return new Map(sums.map(({ sessionId, ...totals }) => [sessionId, totals]))
}

export async function totalsOf({ db }: DbDeps, filter: CallFilter = {}): Promise<CallTotals> {
  const none = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, unpriced: 0 }
  return (await store.sumCalls(db, filter)) ?? none
}

/** By day, newest first, or by agent or model, most expensive first. */
export function totalsBy({ db }: UsageDeps, by: CallGroup, filter: CallFilter) {
  return store.sumCallsBy(db, by, filter)
}

import type { CallRow } from "../../platform/db/schema/calls"
import type { CallTotals } from "../../platform/shapes/cost"
import { type RetrievalResult, retrievalResultSchema } from "../../platform/shapes/passage"
import { currentSettings } from "../settings/service"
import type { UsageDeps } from "./deps"
import type { Call } from "./schema"
import * as store from "./store"
import type { CallFilter, CallGroup } from "./totals"

/** Returns every recorded call of a run, oldest first. */
export async function listCallsOfRun({ db }: UsageDeps, runId: string): Promise<Call[]> {
  return (await store.listCallsOfRun(db, runId)).map(present)
}

/** Returns the passages that a run retrieved, by node id, each once, in order of retrieval. */
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

/** Removes repeated passages. Keeps the order of first use. */
export function distinct(passages: RetrievalResult[]): RetrievalResult[] {
  const key = ({ document_id, start, end }: RetrievalResult) => `${document_id} ${start} ${end}`
  return [...new Map(passages.map((passage) => [key(passage), passage])).values()]
}

/** The statement that deletes a step's model requests and responses if `when` holds. */
export { clearing as forgettingBodies } from "./store"

/** If `record_bodies` is off, deletes the model requests and responses of a finished step. */
export async function forgetBodies(
  deps: Pick<UsageDeps, "db" | "config">,
  place: { runId: string; node: string; iteration: number; mapIndex: number },
): Promise<void> {
  const { recordBodies } = await currentSettings(deps)
  if (!recordBodies) await store.clearBodies(deps.db, place)
}

/** Deletes the bodies of up to `limit` calls of a finished run. Returns the number of calls. */
export function forgetBodiesOfRun(
  { db }: Pick<UsageDeps, "db">,
  runId: string,
  limit: number,
): Promise<number> {
  return store.clearSomeBodies(db, runId, limit)
}

/** Returns the totals of model calls by run and node. */
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

/** Returns the totals of model calls by session. */
export async function totalsBySession(
  { db }: Pick<UsageDeps, "db">,
  sessionIds: string[],
): Promise<Map<string | null, CallTotals>> {
  const sums = await store.sumCallsBySession(db, sessionIds)
  return new Map(sums.map(({ sessionId, ...totals }) => [sessionId, totals]))
}

/** Returns the totals of the model calls that match the filter. */
export async function totalsOf(
  { db }: Pick<UsageDeps, "db">,
  filter: CallFilter = {},
): Promise<CallTotals> {
  const none = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, unpriced: 0 }
  return (await store.sumCalls(db, filter)) ?? none
}

/** Returns totals by day, newest first, or by agent or model, most expensive first. */
export function totalsBy({ db }: UsageDeps, by: CallGroup, filter: CallFilter) {
  return store.sumCallsBy(db, by, filter)
}

function present(row: CallRow): Call {
  return {
    id: row.id,
    run_id: row.runId,
    node: row.node,
    map_index: row.mapIndex,
    attempt: row.attempt,
    kind: row.kind,
    provider: row.provider,
    model: row.model,
    input_tokens: row.inputTokens,
    output_tokens: row.outputTokens,
    cached_tokens: row.cachedTokens,
    cost_usd: row.costUsd,
    first_token_ms: row.firstTokenMs,
    duration_ms: row.durationMs,
    retries: row.retries,
    request_id: row.requestId,
    error: row.error,
    request: row.request,
    response: row.response,
    created_at: row.createdAt.toISOString(),
  }
}

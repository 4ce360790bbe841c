import { z } from "zod"
import { insertMany } from "../../platform/db/insert-many"
import { type CallRow, calls } from "../../platform/db/schema/calls"
import type { DbDeps } from "../../platform/deps"
import { retrievalResultSchema } from "../../platform/shapes/passage"
import { reportedErrors } from "./recorder"
import type { AttemptKey } from "./schema"
import * as store from "./store"

const count = z.int32().nonnegative()
const place = {
  node: z.string().max(64),
  iteration: count,
  map_index: z.int32(),
  attempt: count,
  nth: count,
}
const name = z.string().max(200)

const exchange = z.object({
  ...place,
  kind: z.enum(["model", "retrieval"]),
  provider: name,
  model: name,
  request_hash: name,
  request: z.unknown(),
  response: z.unknown(),
  error: z.string().nullable(),
  /** Other errors are not recorded, since they are no answer. */
  error_name: z.enum(reportedErrors).nullable(),
  input_tokens: count.nullable(),
  output_tokens: count.nullable(),
  cached_tokens: count.nullable(),
  cost_usd: z.number().nullable(),
  duration_ms: z.number(),
  retries: count,
  created_at: z.iso.datetime(),
})

/** A recorded call of a run, exported to be replayed elsewhere. */
export type Exchange = z.infer<typeof exchange>

const answers = {
  model: z.looseObject({ text: z.string() }),
  retrieval: z.array(retrievalResultSchema),
}

/** The calls of an export. An answer must fit its kind. */
export const exchangesSchema = z.array(exchange).superRefine((all, context) => {
  const places = new Set<string>()
  all.forEach((it, index) => {
    const refuse = (message: string) => context.addIssue({ code: "custom", path: [index], message })
    const { node, iteration, map_index, attempt, nth } = it
    const key = JSON.stringify([node, iteration, map_index, attempt, nth])
    if (places.has(key)) refuse("Two calls have the same position in the run.")
    places.add(key)
    const isAnswer = it.error !== null || answers[it.kind].safeParse(it.response).success
    if (!isAnswer && hasBodies(it)) refuse(`The response is none of a ${it.kind} call.`)
  })
})

/** False if request and response were not kept or were removed. */
export function hasBodies({ request }: Pick<Exchange, "request">): boolean {
  return request !== null && request !== undefined
}

export async function exchangesOf({ db }: DbDeps, runId: string): Promise<Exchange[]> {
  return (await store.listCallsOfRun(db, runId)).map(exchangeOf)
}

/** Stores recorded calls as those of another run, for which nobody is charged. */
export function adoptExchanges(
  { db }: DbDeps,
  runId: string,
  exchanges: readonly Exchange[],
): Promise<void> {
  const rows = exchanges.map((it) => ({
    ...{ id: Bun.randomUUIDv7(), runId, node: it.node, iteration: it.iteration },
    ...{ mapIndex: it.map_index, attempt: it.attempt, nth: it.nth },
    ...{ kind: it.kind, provider: it.provider, model: it.model },
    ...{ requestHash: it.request_hash, request: it.request, response: it.response },
    ...{ error: it.error, errorName: it.error_name, durationMs: it.duration_ms },
    ...{ inputTokens: 0, outputTokens: 0, cachedTokens: 0, costUsd: 0 },
  }))
  return insertMany(db, calls, rows)
}

/** Returns the id of the model that an attempt asked first, or undefined if it asked none. */
export async function recordedModel({ db }: DbDeps, key: AttemptKey): Promise<string | undefined> {
  const call = await store.findModelCall(db, key)
  return call && (call.provider === call.model ? call.model : `${call.provider}/${call.model}`)
}

function exchangeOf(row: CallRow): Exchange {
  return {
    node: row.node ?? "",
    iteration: row.iteration,
    map_index: row.mapIndex,
    attempt: row.attempt,
    nth: row.nth,
    kind: row.kind,
    provider: row.provider,
    model: row.model,
    request_hash: row.requestHash,
    request: row.request,
    response: row.response,
    error: row.error,
    error_name: reportedErrors.find((it) => it === row.errorName) ?? null,
    input_tokens: row.inputTokens,
    output_tokens: row.outputTokens,
    cached_tokens: row.cachedTokens,
    cost_usd: row.costUsd,
    duration_ms: row.durationMs,
    retries: row.retries,
    created_at: row.createdAt.toISOString(),
  }
}

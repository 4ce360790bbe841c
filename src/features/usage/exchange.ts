import { z } from "zod"
import { type CallRow, calls } from "../../platform/db/schema/calls"
import { insertMany } from "../../platform/db/writes"
import { retrievalResultSchema } from "../../platform/shapes/passage"
import type { UsageDeps } from "./deps"
import { reportedErrors } from "./recorder"
import * as store from "./store"

const count = z.int32().nonnegative()
const callKey = {
  node: z.string().max(64),
  iteration: count,
  map_index: z.int32(),
  attempt: count,
  nth: count,
}
const name = z.string().max(200)

const exchange = z.object({
  ...callKey,
  kind: z.enum(["model", "retrieval"]),
  provider: name,
  model: name,
  request_hash: name,
  request: z.unknown(),
  response: z.unknown(),
  error: z.string().nullable(),
  /** Only errors that the service itself reported are recorded. */
  error_name: z.enum(reportedErrors).nullable(),
  input_tokens: count.nullable(),
  output_tokens: count.nullable(),
  cached_tokens: count.nullable(),
  cost_usd: z.number().nullable(),
  duration_ms: z.number(),
  retries: count,
  created_at: z.iso.datetime(),
})

/** One recorded call of a run, in the form that can be exported and replayed elsewhere. */
export type Exchange = z.infer<typeof exchange>

const answers = {
  model: z.looseObject({ text: z.string() }),
  retrieval: z.array(retrievalResultSchema),
}

/** The calls of an export. Each answer must have the shape that its step expects. */
export const exchangesSchema = z.array(exchange).superRefine((all, context) => {
  const seen = new Set<string>()
  all.forEach((it, index) => {
    const refuse = (message: string) => context.addIssue({ code: "custom", path: [index], message })
    const { node, iteration, map_index, attempt, nth } = it
    const key = JSON.stringify([node, iteration, map_index, attempt, nth])
    if (seen.has(key)) refuse("Two calls have the same position in the run.")
    seen.add(key)
    const isAnswer = it.error !== null || answers[it.kind].safeParse(it.response).success
    if (!isAnswer && hasBodies(it)) refuse(`This is not the response of a ${it.kind} call.`)
  })
})

/** False if the call's request and response were not kept or have been deleted. */
export function hasBodies({ request }: Pick<Exchange, "request">): boolean {
  return request !== null && request !== undefined
}

/** Returns all calls of a run, oldest first. */
export async function exchangesOf(
  { db }: Pick<UsageDeps, "db">,
  runId: string,
): Promise<Exchange[]> {
  return (await store.listCallsOfRun(db, runId)).map(exchangeOf)
}

/** Stores recorded calls under another run, at no cost. */
export function adoptExchanges(
  { db }: Pick<UsageDeps, "db">,
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

/** Returns the id of the model that this attempt called, or undefined if it called none. */
export async function recordedModel(
  { db }: Pick<UsageDeps, "db">,
  step: store.StepKey,
): Promise<string | undefined> {
  const call = await store.findModelCall(db, step)
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

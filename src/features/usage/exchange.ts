import { z } from "zod"
import { insertMany } from "../../platform/db/insert-many"
import { calls } from "../../platform/db/schema/calls"
import type { DbDeps } from "../../platform/deps"
import { retrievalResultSchema } from "../../platform/shapes/passage"
import { presentExchange } from "./present"
import { type AttemptKey, type Exchange, exchange } from "./schema"
import * as store from "./store"

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
    if (!isAnswer && hasBodies(it)) refuse(`The response doesn't fit a ${it.kind} call.`)
  })
})

/** False if request and response were not kept or were removed. */
export function hasBodies({ request }: Pick<Exchange, "request">): boolean {
  return request !== null && request !== undefined
}

export async function exchangesOf({ db }: DbDeps, runId: string): Promise<Exchange[]> {
  return (await store.listCallsOfRun(db, runId)).map(presentExchange)
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

import { z } from "zod"
import { type BudgetDeps, checkBudget, unreserved } from "../budgets/service"
import type { Db } from "../db/db"
import { AppError, errorNames } from "../errors"
import { transact } from "../events/transact"
import type { CallOptions, ModelAnswer, ModelRequest, ProviderName, TokenUsage } from "../llm/model"
import { costOf, type Prices } from "../llm/prices"
import type { ResolvedModel } from "../llm/registry"
import type { RetrievalResult, SearchInput } from "../search/schema"
import { recordCall } from "./service"
import { findCall, type StepPlace } from "./store"
import type { CallRow, NewCall } from "./table"

/** A session that reached a limit of its own fails as its agent's work. */
export const reportedErrors = ["LLMAPIError", "AgentExecutionError"] as const

type Of = { provider: ProviderName; model: string }
type Described =
  | (Of & { kind: "model"; request: unknown })
  | { kind: "retrieval"; provider: "search"; model: string; request: unknown }
const retrieval = { kind: "retrieval", provider: "search", model: "bm25" } as const

type Spent = { usage: TokenUsage | null; cost_usd: number | null }
type Key = StepPlace & { nth: number }
type Hold = (db: Db) => Promise<unknown>
type Outcome<T> = { response: T; measures?: Partial<NewCall> }

/**
 * The calls of one attempt of a step. Each is recorded before its answer is used, under its place
 * in the run; after a crash the same calls in the same order get the recorded answers, so that
 * nothing is asked for or charged twice.
 */
export type Recorder = {
  ask(model: ResolvedModel, request: ModelRequest, options: CallOptions): Promise<ModelAnswer>
  /** A call of a model that is more than one question, such as a session of Claude Code. */
  perform<T>(
    call: Of & { request: unknown },
    perform: () => Promise<Spent & { response: T; requestId: string | null }>,
  ): Promise<T>
  /** `alongside` is done in the transaction that records, so not for what is recorded already. */
  retrieve<Input extends SearchInput>(
    input: Input,
    perform: (input: Input) => Promise<RetrievalResult[]>,
    alongside?: (db: Db, results: RetrievalResult[]) => Promise<unknown>,
  ): Promise<RetrievalResult[]>
}

/** Is told where a replay asks for something else than what is recorded; `nth` as in the table. */
export type OnDifference = (nth: number, what: string) => Promise<void>

/**
 * `hold` throws in a transaction that must not write for this step any more. With `onDifference`
 * nothing is performed: what is not recorded throws an AgentExecutionError.
 */
export function createRecorder(
  deps: BudgetDeps,
  place: StepPlace,
  hold: Hold,
  onDifference?: OnDifference,
): Recorder {
  let nth = 0
  const record = recording(deps, hold)

  /** `reserve` is asked before a call that is really made. */
  async function recorded<T>(
    call: Described,
    perform: () => Promise<Outcome<T>>,
    reserve = async () => unreserved,
    alongside?: (db: Db, response: T) => Promise<unknown>,
  ): Promise<T> {
    const key = { ...place, nth: nth++ }
    const requestHash = hashOf(call.request)
    const found = await findRecorded(deps, { ...key, ...call, requestHash }, onDifference)
    if (found) return replay<T>(found)
    const reserved = await reserve()
    const started = performance.now()
    const end = (measures: Partial<NewCall>, more?: (db: Db) => Promise<unknown>) => {
      const row = { ...key, ...call, requestHash, durationMs: performance.now() - started }
      return reserved.settle(() => record({ ...row, ...measures }, more))
    }
    try {
      const { response, measures } = await perform()
      await end({ ...measures, response }, alongside && ((db) => alongside(db, response)))
      return response
    } catch (error) {
      // Only a failure that the service itself reported is an answer; a cancel or a bug is not.
      if (error instanceof AppError && reportedErrors.some((name) => name === error.name)) {
        const told = spentBefore.parse(error.details)
        const spent = call.kind === "model" ? measuresOf(deps.prices, call, told) : {}
        await end({ ...spent, ...failureOf(error) })
      }
      throw error
    } finally {
      reserved.free()
    }
  }

  return {
    ask({ provider, model }, given, options) {
      const of = { provider: provider.name, model }
      const request = { ...given, model }
      return recorded(
        { kind: "model", ...of, request: body(request) },
        () => measured(deps.prices, of, options, (watched) => provider.answer(request, watched)),
        () => checkBudget(deps, { runId: place.runId, ...of, request }, options.signal),
      )
    },
    perform: (call, perform) =>
      recorded(
        { kind: "model", ...call },
        async () => {
          const { response, requestId, ...spent } = await perform()
          return { response, measures: { requestId, ...measuresOf(deps.prices, call, spent) } }
        },
        // How many questions it will be, nobody knows.
        () => checkBudget(deps, { runId: place.runId, ...call, request: null }),
      ),
    retrieve(input, perform, alongside) {
      const found = async () => ({ response: await perform(input) })
      return recorded({ ...retrieval, request: input }, found, undefined, alongside)
    },
  }
}

/** What is recorded of a call, which may be the answer to another request by now. */
async function findRecorded(
  { db, log }: BudgetDeps,
  { requestHash, provider, request: _, ...key }: Described & Key & { requestHash: string },
  onDifference?: OnDifference,
): Promise<CallRow | undefined> {
  const found = await findCall(db, key)
  if (found && found.requestHash !== requestHash) {
    log.warn({ module: "calls", event: "call.request_changed", ...key, call_id: found.id })
    await onDifference?.(key.nth, `it asks ${provider} for something else`)
  }
  if (found || !onDifference) return found
  await onDifference(key.nth, `what it asks ${provider} was not recorded`)
  const sentence = "This is a replay, and the recording has no answer to what it asks."
  throw new AppError("AgentExecutionError", sentence, key)
}

/** A process that lost the run must not take the place of the answer that its successor gets. */
function recording(deps: BudgetDeps, hold: Hold) {
  return (call: NewCall, more?: (db: Db) => Promise<unknown>) =>
    transact(deps, async (deps, emit) => {
      await hold(deps.db)
      await Promise.all([recordCall(deps, call, emit), more?.(deps.db)])
    })
}

/** What is recorded of a call that failed. */
export function failureOf({ message, name, details }: AppError) {
  const retries = Number(details.retries ?? 0)
  const requestId = typeof details.request_id === "string" ? details.request_id : null
  return { error: message, errorName: name, response: details, retries, requestId }
}

/** The answer, and what is recorded of the call that gave it. */
export async function measured(
  prices: Prices,
  of: Of,
  options: CallOptions,
  answer: (options: CallOptions) => Promise<ModelAnswer>,
): Promise<Outcome<ModelAnswer>> {
  const started = performance.now()
  let firstTokenMs: number | undefined
  const response = await answer({
    ...options,
    onDelta: (text) => {
      firstTokenMs ??= performance.now() - started
      options.onDelta(text)
    },
  })
  const { usage, cost_usd = null, retries, request_id: requestId } = response
  const spent = measuresOf(prices, of, { usage, cost_usd })
  return { response, measures: { firstTokenMs, retries, requestId, ...spent } }
}

function measuresOf(prices: Prices, of: Of, { usage, cost_usd }: Spent) {
  return {
    inputTokens: usage?.input,
    outputTokens: usage?.output,
    cachedTokens: usage?.cached,
    costUsd: cost_usd ?? costOf(prices, of.provider, of.model, usage),
  }
}

/** What a call had used when it failed, as far as its error tells. */
const spentBefore = z.object({
  usage: z
    .object({
      input: z.number(),
      output: z.number(),
      cached: z.number(),
      cache_written: z.number(),
    })
    .nullable()
    .catch(null),
  cost_usd: z.number().nullable().catch(null),
})

/** The answer or the failure that was recorded. The row was written from a T. */
function replay<T>(row: CallRow): T {
  if (row.error === null) return row.response as T
  const name = errorNames.find((name) => name === row.errorName) ?? "LLMAPIError"
  throw new AppError(name, row.error, Object(row.response))
}

/** What was asked, without what cannot be stored. */
export function body({ system, messages, max_tokens, temperature, output, tools }: ModelRequest) {
  const offered = tools && { tools: tools.map(({ name }) => name) }
  return { system, messages, max_tokens, temperature, output: output?.name ?? null, ...offered }
}

export function hashOf(request: unknown): string {
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(request)).digest("hex")
}

import { type BudgetDeps, checkBudget, warningsOf } from "../budgets/service"
import type { Db } from "../db/db"
import { AppError, errorNames } from "../errors"
import { transact } from "../events/transact"
import type { CallOptions, ModelAnswer, ModelRequest, ProviderName } from "../llm/model"
import { costOf, type Prices } from "../llm/prices"
import type { ResolvedModel } from "../llm/registry"
import type { RetrievalResult, SearchInput } from "../search/schema"
import { findCall, insertCall, type StepPlace } from "./store"
import type { CallRow, calls } from "./table"

type Described = { kind: CallRow["kind"]; provider: string; model: string; request: unknown }
type NewCall = typeof calls.$inferInsert
type Outcome<T> = { response: T; measures?: Partial<NewCall> }
type Hold = (db: Db) => Promise<unknown>

/**
 * The calls of one attempt of a step. Each is recorded before its answer is used, under its place
 * in the run; after a crash the same calls in the same order get the recorded answers, so that
 * nothing is asked for or charged twice.
 */
export type Recorder = {
  ask(model: ResolvedModel, request: ModelRequest, options: CallOptions): Promise<ModelAnswer>
  retrieve<Input extends SearchInput>(
    input: Input,
    perform: (input: Input) => Promise<RetrievalResult[]>,
  ): Promise<RetrievalResult[]>
}

/** `hold` throws in a transaction that must not write for this step any more. */
export function createRecorder(deps: BudgetDeps, place: StepPlace, hold: Hold): Recorder {
  let nth = 0
  const record = (call: NewCall) => recordCall(deps, call, hold)

  /** `reserve` is asked before a call that is really made; it gives what ends the reservation. */
  async function recorded<T>(
    call: Described,
    perform: () => Promise<Outcome<T>>,
    reserve = async () => () => {},
  ): Promise<T> {
    const key = { ...place, nth: nth++ }
    const requestHash = hashOf(call.request)
    const found = await findCall(deps.db, key)
    if (found) {
      if (found.requestHash !== requestHash) {
        deps.log.warn({ module: "calls", event: "call.request_changed", ...key, call_id: found.id })
      }
      return replay<T>(found)
    }
    const free = await reserve()
    const started = performance.now()
    const row = { ...key, ...call, requestHash, durationMs: 0 }
    const duration = () => performance.now() - started
    try {
      const { response, measures } = await perform()
      await record({ ...row, ...measures, response, durationMs: duration() })
      return response
    } catch (error) {
      // Only a failure that the service itself reported is an answer; a cancel or a bug is not.
      if (error instanceof AppError && error.name === "LLMAPIError") {
        await record({ ...row, ...failureOf(error), durationMs: duration() })
      }
      throw error
    } finally {
      free()
    }
  }

  return {
    ask({ provider, model }, given, options) {
      const request = { ...given, model }
      const call = { runId: place.runId, provider: provider.name, request }
      return recorded(
        { kind: "model", provider: provider.name, model, request: body(request) },
        () =>
          measured(deps.prices, provider.name, model, options, (watched) =>
            provider.answer(request, watched),
          ),
        () => checkBudget(deps, call, options.signal),
      )
    },
    retrieve: (input, perform) =>
      recorded(
        { kind: "retrieval", provider: "search", model: "bm25", request: input },
        async () => ({
          response: await perform(input),
        }),
      ),
  }
}

/** A process that lost the run must not take the place of the answer that its successor gets. */
function recordCall(deps: BudgetDeps, call: NewCall, hold: Hold): Promise<void> {
  return transact(deps, async (deps, emit) => {
    await hold(deps.db)
    await insertCall(deps.db, call)
    const warnings = await warningsOf(deps, call.costUsd ?? 0, call.runId ?? undefined)
    warnings.forEach(emit)
  })
}

async function measured(
  prices: Prices,
  provider: ProviderName,
  model: string,
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
  const { usage } = response
  return {
    response,
    measures: {
      firstTokenMs,
      inputTokens: usage?.input,
      outputTokens: usage?.output,
      cachedTokens: usage?.cached,
      costUsd: response.cost_usd ?? costOf(prices, provider, model, usage),
      retries: response.retries,
      requestId: response.request_id,
    },
  }
}

/** What is recorded of a failure, for `replay`. */
function failureOf({ message, name, details }: AppError) {
  const requestId = typeof details.request_id === "string" ? details.request_id : null
  const retries = Number(details.retries ?? 0)
  return { error: message, errorName: name, response: details, retries, requestId }
}

/** The answer or the failure that was recorded. The row was written from a T. */
function replay<T>(row: CallRow): T {
  if (row.error === null) return row.response as T
  const name = errorNames.find((name) => name === row.errorName) ?? "LLMAPIError"
  throw new AppError(name, row.error, Object(row.response))
}

/** What was asked, without what cannot be stored. */
function body({ system, messages, max_tokens, temperature, output }: ModelRequest) {
  return { system, messages, max_tokens, temperature, output: output?.name ?? null }
}

function hashOf(request: unknown): string {
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(request)).digest("hex")
}

import type { Reserved } from "../budgets/reservations"
import { type BudgetDeps, checkBudget, unreserved } from "../budgets/service"
import type { Db } from "../db/db"
import { AppError, errorNames } from "../errors"
import { type Emit, transact } from "../events/transact"
import type { CallOptions, ModelAnswer, ModelRequest } from "../llm/model"
import type { ResolvedModel } from "../llm/registry"
import type { RetrievalResult, SearchInput } from "../search/schema"
import { together } from "../together"
import {
  body,
  failureOf,
  hashOf,
  measured,
  measuresOf,
  type Of,
  type Outcome,
  type Spent,
  spentBefore,
} from "./measures"
import { recordCall } from "./record-call"
import { listCallsAt, type StepPlace } from "./store"
import type { CallRow, NewCall } from "./table"

/** A session that reached a limit of its own fails as its agent's work. */
export const reportedErrors = ["LLMAPIError", "AgentExecutionError"] as const

type Described =
  | (Of & { kind: "model"; request: unknown })
  | { kind: "retrieval"; provider: "search"; model: string; request: unknown }
const retrieval = { kind: "retrieval", provider: "search", model: "bm25" } as const

type Key = StepPlace & { nth: number }
type Hold = (db: Db) => Promise<unknown>

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
  /**
   * The last answer of a model, which is recorded with what is made of it: that spares a commit.
   * Undefined if there is none that is not recorded.
   */
  take(): Unrecorded | undefined
  /** Records the last answer now. The next call does so too. */
  flush(): Promise<void>
  /** `alongside` is done in the transaction that records, so not for what is recorded already. */
  retrieve<Input extends SearchInput>(
    input: Input,
    perform: (input: Input) => Promise<RetrievalResult[]>,
    alongside?: (db: Db, results: RetrievalResult[]) => Promise<unknown>,
  ): Promise<RetrievalResult[]>
}

/** An answer to be recorded by `record`, in a transaction for which `settle` waits its turn. */
export type Unrecorded = {
  record(deps: Pick<BudgetDeps, "db" | "config">, emit: Emit): Promise<void>
  settle: Reserved["settle"]
}

/** Is told where a replay asks for something else than what is recorded; `nth` as in the table. */
export type OnDifference = (nth: number, what: string) => Promise<void>

/**
 * `hold` throws in a transaction that must not write for this step any more. With `onDifference`
 * nothing is performed: what is not recorded throws an AgentExecutionError.
 */
export async function createRecorder(
  deps: BudgetDeps,
  place: StepPlace,
  hold: Hold,
  onDifference?: OnDifference,
): Promise<Recorder> {
  const before = await listCallsAt(deps.db, place)
  const { recorded, take, flush } = recording(deps, place, keeper(deps, hold), before, onDifference)
  return {
    take,
    flush: () => flush(),
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
    retrieve: (input, perform, alongside) =>
      recorded(
        { ...retrieval, request: input },
        async () => ({ response: await perform(input) }),
        undefined,
        alongside,
      ),
  }
}

/** Gives the answers of the calls that were made `before`, and performs and keeps the others. */
function recording(
  deps: BudgetDeps,
  place: StepPlace,
  { keep, take, flush }: ReturnType<typeof keeper>,
  before: CallRow[],
  onDifference: OnDifference | undefined,
) {
  let nth = 0
  /** `reserve` is asked before a call that is really made. */
  async function recorded<T>(
    call: Described,
    perform: () => Promise<Outcome<T>>,
    reserve = async () => unreserved,
    alongside?: (db: Db, response: T) => Promise<unknown>,
  ): Promise<T> {
    await flush()
    const key = { ...place, nth: nth++ }
    const asked = { ...key, ...call, requestHash: hashOf(call.request) }
    const found = await findRecorded(deps, before, asked, onDifference)
    if (found) return replay<T>(found)
    const reserved = await reserve()
    const started = performance.now()
    const ended = (more: Partial<NewCall>) => {
      const row = { ...asked, durationMs: performance.now() - started, ...more }
      keep({
        record: (deps, emit) => recordCall(deps, row, emit),
        settle: (work) => reserved.settle(work).finally(reserved.free),
      })
    }
    try {
      const { response, measures } = await perform()
      ended({ ...measures, response })
      if (call.kind === "retrieval") await flush((db) => alongside?.(db, response))
      return response
    } catch (error) {
      // Only a failure that the service itself reported is an answer; a cancel or a bug is not.
      if (error instanceof AppError && reportedErrors.some((name) => name === error.name)) {
        const spent = call.kind === "model" ? spentBefore(deps.prices, call, error) : {}
        ended({ ...spent, ...failureOf(error) })
        await flush()
      } else reserved.free()
      throw error
    }
  }
  return { recorded, take, flush }
}

/** Holds the last answer until somebody records it. */
function keeper(deps: BudgetDeps, hold: Hold) {
  let last: Unrecorded | undefined
  const keep = (unrecorded: Unrecorded) => {
    last = unrecorded
  }
  const take = () => {
    const taken = last
    last = undefined
    return taken
  }
  async function flush(alongside?: (db: Db) => Promise<unknown> | undefined): Promise<void> {
    const taken = take()
    await taken?.settle(() =>
      transact(deps, async (deps, emit) => {
        // A process that lost the run must not take the place of its successor's answer.
        await together([hold(deps.db), taken.record(deps, emit), alongside?.(deps.db)])
      }),
    )
  }
  return { keep, take, flush }
}

/** What is recorded of a call, if it is: by now it may be the answer to another request. */
async function findRecorded(
  { log }: BudgetDeps,
  before: CallRow[],
  { requestHash, provider, request: _, ...key }: Described & Key & { requestHash: string },
  onDifference?: OnDifference,
): Promise<CallRow | undefined> {
  const found = before.find(({ nth }) => nth === key.nth)
  if (found && found.requestHash !== requestHash) {
    log.warn({ module: "calls", event: "call.request_changed", ...key, call_id: found.id })
    await onDifference?.(key.nth, `it asks ${provider} for something else`)
  }
  if (found || !onDifference) return found
  await onDifference(key.nth, `what it asks ${provider} was not recorded`)
  const sentence = "This is a replay, and the recording has no answer to what it asks."
  throw new AppError("AgentExecutionError", sentence, key)
}

/** The answer or the failure that was recorded. The row was written from a T. */
function replay<T>(row: CallRow): T {
  if (row.error === null) return row.response as T
  const name = errorNames.find((name) => name === row.errorName) ?? "LLMAPIError"
  throw new AppError(name, row.error, Object(row.response))
}

import type { CallOptions, ModelAnswer, ModelRequest } from "../../engines/models/model"
import type { ResolvedModel } from "../../engines/models/registry"
import type { CallRow, NewCall } from "../../platform/db/schema/calls"
import { AppError, errorNames } from "../../platform/errors"
import type { RetrievalResult } from "../../platform/shapes/passage"
import { type BudgetDeps, checkBudget, unreserved } from "./budget-service"
import { type Alongside, createKeeper, type Keeper, type Unrecorded, type Write } from "./keeper"
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
import { listCallsAt, type StepPlace } from "./store"

/** A session that reached a limit of its own fails as its agent's work. */
export const reportedErrors = ["LLMAPIError", "AgentExecutionError"] as const

type Described =
  | (Of & { kind: "model"; request: unknown })
  | { kind: "retrieval"; provider: "search"; model: string; request: unknown }
const retrieval = { kind: "retrieval", provider: "search", model: "bm25" } as const

type Key = StepPlace & { nth: number }

/**
 * The calls of one attempt of a step. Each is recorded under its place in the run before anything
 * that comes of its answer; after a crash the same calls in the same order get the recorded answers,
 * so that nothing is asked for or charged twice.
 */
export type Recorder = {
  ask(model: ResolvedModel, request: ModelRequest, options: CallOptions): Promise<ModelAnswer>
  /** A call of a model that is more than one question, such as a session of Claude Code. */
  perform<T>(
    call: Of & { request: unknown },
    perform: () => Promise<Spent & { response: T; requestId: string | null }>,
  ): Promise<T>
  /**
   * What is to be recorded with what is made of it: that spares commits. Undefined if there is
   * nothing that is not recorded.
   */
  take(): Unrecorded | undefined
  /** Records that now. The next call does so too, but for a retrieval that was the first call. */
  flush(): Promise<void>
  /**
   * The first call is recorded while a model works with what it found, since to look again costs
   * nothing. `alongside` is written with it, so not for what is recorded already.
   */
  retrieve<Input extends { query: string }>(
    input: Input,
    perform: (input: Input) => Promise<RetrievalResult[]>,
    alongside?: (results: RetrievalResult[]) => Alongside,
  ): Promise<RetrievalResult[]>
}

/** Is told where a replay asks for something else than what is recorded; `nth` as in the table. */
export type OnDifference = (nth: number, what: string) => Promise<void>

type RecorderOptions = {
  write: Write
  /** Says that nothing is recorded at this place yet. */
  isNew: boolean
  /** With it nothing is performed: what is not recorded throws an AgentExecutionError. */
  onDifference: OnDifference | undefined
}

export async function createRecorder(
  deps: BudgetDeps,
  place: StepPlace,
  { write, isNew, onDifference }: RecorderOptions,
): Promise<Recorder> {
  const before = isNew ? [] : await listCallsAt(deps.db, place)
  const kept = createKeeper(deps, write)
  const { recorded, take, flush } = recording(deps, place, kept, before, onDifference)
  return {
    take,
    flush,
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
  { keep, take, settle, flush }: Keeper,
  before: CallRow[],
  onDifference: OnDifference | undefined,
) {
  let nth = 0
  /** `reserve` is asked before a call that is really made. */
  async function recorded<T>(
    call: Described,
    perform: () => Promise<Outcome<T>>,
    reserve = async () => unreserved,
    alongside?: (response: T) => Alongside,
  ): Promise<T> {
    await settle()
    const key = { ...place, nth: nth++ }
    const asked = { ...key, ...call, requestHash: hashOf(call.request) }
    const found = await findRecorded(deps, before, asked, onDifference)
    if (found) return replay<T>(found)
    const reserved = await reserve()
    const started = performance.now()
    const ended = (more: Partial<NewCall>, alongside?: Alongside) => {
      const durationMs = performance.now() - started
      keep({ call: { ...asked, durationMs, ...more }, reserved, alongside })
    }
    try {
      const { response, measures } = await perform()
      ended({ ...measures, response }, alongside?.(response))
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

import type { CallOptions, ModelAnswer, ModelRequest } from "../../engines/models/model"
import type { ResolvedModel } from "../../engines/models/registry"
import type { NewCall } from "../../platform/db/schema/calls"
import { AppError, errorNames } from "../../platform/errors"
import type { RetrievalResult } from "../../platform/shapes/passage"
import type { Reserved } from "./budget-reservations"
import { type BudgetDeps, checkBudget, unreserved } from "./budget-service"
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
import { type AttemptKey, reportedErrors } from "./schema"
import { listAnswers, type RecordedCall } from "./store"

type Described =
  | (Of & { kind: "model"; request: unknown })
  | { kind: "retrieval"; provider: "search"; model: string; request: unknown }
const retrieval = { kind: "retrieval", provider: "search", model: "bm25" } as const

/** A call that was made but isn't recorded yet. `reserved` counts its cost until it is. */
export type Unrecorded = { call: NewCall; reserved: Reserved }

/** Stores a call in a transaction, or throws if the step may not write any more. */
type RecordCall = (call: NewCall) => Promise<void>

/**
 * The calls of one attempt at a step, in order. After a crash, the same calls get the recorded
 * answers, so nothing is paid twice. Each call is recorded before the next, except the last answer
 * of a model: the step stores it together with what was made of it.
 */
export type Recorder = {
  ask(model: ResolvedModel, request: ModelRequest, options: CallOptions): Promise<ModelAnswer>
  /** A call of a model that is more than one question, such as a session of Claude Code. */
  perform<T>(
    call: Of & { request: unknown },
    perform: () => Promise<Spent & { response: T; requestId: string | null }>,
  ): Promise<T>
  /** Searches. `record` stores the call together with whatever else should be stored with it. */
  retrieve<Input extends { query: string }>(
    input: Input,
    perform: (input: Input) => Promise<RetrievalResult[]>,
    record?: (call: NewCall, found: RetrievalResult[]) => Promise<void>,
  ): Promise<RetrievalResult[]>
  /** Hands over the last answer for the caller to store. Undefined if everything is recorded. */
  take(): Unrecorded | undefined
  flush(): Promise<void>
}

/** Called when a replay asks for something that the recording doesn't have. */
type OnDifference = (nth: number, what: string) => Promise<void>

type RecorderOptions = {
  record: RecordCall
  /** If given, nothing is performed: a call without a recorded answer throws AgentExecutionError. */
  onDifference: OnDifference | undefined
}

export async function createRecorder(
  deps: BudgetDeps,
  key: AttemptKey,
  options: RecorderOptions,
): Promise<Recorder> {
  const before = await listAnswers(deps.db, key)
  const { recorded, take, flush } = recordingOf(deps, key, before, options)
  return {
    take,
    flush,
    ask({ provider, model }, given, options) {
      const of = { provider: provider.name, model }
      const request = { ...given, model }
      return recorded(
        { kind: "model", ...of, request: body(request) },
        () =>
          measured(deps.priceBook.prices(), of, options, (watched) =>
            provider.answer(request, watched),
          ),
        { reserve: () => checkBudget(deps, { runId: key.runId, ...of, request }, options.signal) },
      )
    },
    perform: (call, perform) =>
      recorded(
        { kind: "model", ...call },
        async () => {
          const { response, requestId, ...spent } = await perform()
          return {
            response,
            measures: { requestId, ...measuresOf(deps.priceBook.prices(), call, spent) },
          }
        },
        // Nobody knows how many questions it will be.
        { reserve: () => checkBudget(deps, { runId: key.runId, ...call, request: null }) },
      ),
    retrieve: (input, perform, record = options.record) =>
      recorded({ ...retrieval, request: input }, async () => ({ response: await perform(input) }), {
        recordNow: record,
      }),
  }
}

/** Answers the calls that were made `before` from their records, and performs the others. */
function recordingOf(
  deps: BudgetDeps,
  key: AttemptKey,
  before: RecordedCall[],
  { record, onDifference }: RecorderOptions,
) {
  let nth = 0
  let last: Unrecorded | undefined

  function take(): Unrecorded | undefined {
    const taken = last
    last = undefined
    return taken
  }

  async function flush(): Promise<void> {
    const unrecorded = take()
    await unrecorded?.reserved.settle(() => record(unrecorded.call))
  }

  /** Returns the recorded answer, or performs the call. `reserve` runs only before a real call. */
  async function recorded<T>(
    call: Described,
    perform: () => Promise<Outcome<T>>,
    { reserve = async () => unreserved, recordNow }: How<T>,
  ): Promise<T> {
    await flush()
    const asked = { ...key, nth: nth++, ...call, requestHash: hashOf(call.request) }
    const found = await findRecorded(deps, before, asked, onDifference)
    if (found) return replay<T>(found)
    const reserved = await reserve()
    const started = performance.now()
    const ended = (more: Partial<NewCall>): NewCall => {
      return { ...asked, durationMs: performance.now() - started, ...more }
    }
    try {
      const { response, measures } = await perform()
      const made = ended({ ...measures, response })
      if (recordNow) await recordNow(made, response)
      else last = { call: made, reserved }
      return response
    } catch (error) {
      // Only a failure that the service itself reported is an answer; a cancel or a bug isn't.
      if (error instanceof AppError && reportedErrors.some((name) => name === error.name)) {
        const spent = call.kind === "model" ? spentBefore(deps.priceBook.prices(), call, error) : {}
        last = { call: ended({ ...spent, ...failureOf(error) }), reserved }
        await flush()
      } else reserved.free()
      throw error
    }
  }

  return { recorded, take, flush }
}

type How<T> = {
  reserve?: () => Promise<Reserved>
  /** Records the call at once. Without it, the answer stays with the recorder. */
  recordNow?: (call: NewCall, response: T) => Promise<void>
}

type Asked = Described & AttemptKey & { nth: number; requestHash: string }

/** Returns the recorded call. By now it may be the answer to another request; that is logged. */
async function findRecorded(
  { log }: BudgetDeps,
  before: RecordedCall[],
  { requestHash, provider, request: _, ...key }: Asked,
  onDifference?: OnDifference,
): Promise<RecordedCall | undefined> {
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

/** Returns the recorded answer or throws the recorded failure. The row was written from a T. */
function replay<T>(row: RecordedCall): T {
  if (row.error === null) return row.response as T
  const name = errorNames.find((name) => name === row.errorName) ?? "LLMAPIError"
  throw new AppError(name, row.error, Object(row.response))
}

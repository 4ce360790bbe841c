import type { CallOptions, ModelAnswer, ModelRequest } from "../../engines/models/model"
import type { ResolvedModel } from "../../engines/models/registry"
import type { CallRow, NewCall } from "../../platform/db/schema/calls"
import { AppError, errorNames } from "../../platform/errors"
import type { RetrievalResult } from "../../platform/shapes/passage"
import { type BudgetDeps, checkBudget, unreserved } from "./budget-service"
import {
  type Alongside,
  type CallBuffer,
  createCallBuffer,
  type Unrecorded,
  type Write,
} from "./call-buffer"
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
import { listCallsAt, type StepKey } from "./store"

/** Failures that are recorded. A session that hits its own limit fails as AgentExecutionError. */
export const reportedErrors = ["LLMAPIError", "AgentExecutionError"] as const

type Described =
  | (Of & { kind: "model"; request: unknown })
  | { kind: "retrieval"; provider: "search"; model: string; request: unknown }
const retrieval = { kind: "retrieval", provider: "search", model: "bm25" } as const

type Key = StepKey & { nth: number }

/**
 * Makes and records the calls of one attempt at a step. Each is recorded under its position in the
 * run before anything that follows from its answer. After a crash the same calls in the same order
 * get the recorded answers, so nothing is asked or charged twice.
 */
export type Recorder = {
  ask(model: ResolvedModel, request: ModelRequest, options: CallOptions): Promise<ModelAnswer>
  /** Makes a call that is a whole session, such as one of Claude Code. */
  perform<T>(
    call: Of & { request: unknown },
    perform: () => Promise<Spent & { response: T; requestId: string | null }>,
  ): Promise<T>
  /**
   * Takes the unrecorded calls, if any, so that the caller can record them with the step's result
   * in one commit.
   */
  take(): Unrecorded | undefined
  /** Records them now. The next call does so too, except for a retrieval that was the first call. */
  flush(): Promise<void>
  /**
   * Searches. A retrieval that is the first call is recorded while the model already works, since
   * searching again costs nothing. `alongside` is written with it, but not again on a replay.
   */
  retrieve<Input extends { query: string }>(
    input: Input,
    perform: (input: Input) => Promise<RetrievalResult[]>,
    alongside?: (results: RetrievalResult[]) => Alongside,
  ): Promise<RetrievalResult[]>
}

/** Called when a replay asks for something other than the recording; `nth` as in the table. */
export type OnDifference = (nth: number, what: string) => Promise<void>

type RecorderOptions = {
  write: Write
  /** True if nothing is recorded for this attempt yet. */
  isNew: boolean
  /** Set for a replay, which makes no calls: one not in the recording throws AgentExecutionError. */
  onDifference: OnDifference | undefined
}

export async function createRecorder(
  deps: BudgetDeps,
  step: StepKey,
  { write, isNew, onDifference }: RecorderOptions,
): Promise<Recorder> {
  const before = isNew ? [] : await listCallsAt(deps.db, step)
  const buffer = createCallBuffer(deps, write)
  const { recorded, take, flush } = recording(deps, step, buffer, before, onDifference)
  return {
    take,
    flush,
    ask({ provider, model }, given, options) {
      const of = { provider: provider.name, model }
      const request = { ...given, model }
      return recorded(
        { kind: "model", ...of, request: body(request) },
        () => measured(deps.prices, of, options, (watched) => provider.answer(request, watched)),
        () => checkBudget(deps, { runId: step.runId, ...of, request }, options.signal),
      )
    },
    perform: (call, perform) =>
      recorded(
        { kind: "model", ...call },
        async () => {
          const { response, requestId, ...spent } = await perform()
          return { response, measures: { requestId, ...measuresOf(deps.prices, call, spent) } }
        },
        // Nobody knows how many requests the session will make.
        () => checkBudget(deps, { runId: step.runId, ...call, request: null }),
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

/** Replays the answers of the calls in `before`. Makes the other calls and buffers their answers. */
function recording(
  deps: BudgetDeps,
  step: StepKey,
  { add, take, settle, flush }: CallBuffer,
  before: CallRow[],
  onDifference: OnDifference | undefined,
) {
  let nth = 0
  /** Calls `reserve` before each call that is really made. */
  async function recorded<T>(
    call: Described,
    perform: () => Promise<Outcome<T>>,
    reserve = async () => unreserved,
    alongside?: (response: T) => Alongside,
  ): Promise<T> {
    await settle()
    const key = { ...step, nth: nth++ }
    const asked = { ...key, ...call, requestHash: hashOf(call.request) }
    const found = await findRecorded(deps, before, asked, onDifference)
    if (found) return replay<T>(found)
    const reserved = await reserve()
    const started = performance.now()
    const ended = (more: Partial<NewCall>, alongside?: Alongside) => {
      const durationMs = performance.now() - started
      add({ call: { ...asked, durationMs, ...more }, reserved, alongside })
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

/** Returns the recorded call, if there is one. The request may have changed since. */
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
  const sentence = "This replay asks for something that the recording has no answer to."
  throw new AppError("AgentExecutionError", sentence, key)
}

/** Returns the recorded answer or throws the recorded failure. The row was written from a T. */
function replay<T>(row: CallRow): T {
  if (row.error === null) return row.response as T
  const name = errorNames.find((name) => name === row.errorName) ?? "LLMAPIError"
  throw new AppError(name, row.error, Object(row.response))
}

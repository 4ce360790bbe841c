import type { SQL } from "drizzle-orm"
import type { NewCall } from "../../platform/db/schema/calls"
import type { Writes } from "../../platform/db/writes"
import type { RecordedEvent } from "../../platform/events/event"
import type { Reserved } from "./budget-reservations"
import { type BudgetDeps, unreserved } from "./budget-service"
import { withWarnings } from "./record-call"
import { callInsertion } from "./store"

/**
 * How long the attempt's first retrieval waits to be recorded together with the first answer.
 * After that it is recorded by itself.
 */
const SOON_MS = 5

/** Stores a step's writes and events. Throws if the step may no longer write. */
export type Write = (deps: BudgetDeps, writes: Writes, events: RecordedEvent[]) => Promise<unknown>

/** Answers that are not recorded yet. */
export type Unrecorded = {
  /** Returns the statements that record them. `bodies` replaces the bodies of model calls. */
  statements(when: SQL, bodies?: Pick<NewCall, "request" | "response">): SQL[]
  /** Waits for its turn, then runs `write`, which must store these statements and the warnings. */
  settle<T>(write: (deps: BudgetDeps, warnings: RecordedEvent[]) => Promise<T>): Promise<T>
}

/** Writes stored together with a call. They can leave out what the end of the step overwrites. */
export type Alongside = (isEnd: boolean) => Writes

type Answer = { call: NewCall; reserved: Reserved; alongside?: Alongside | undefined }

/** Buffers the answers of one attempt at a step until they are recorded. */
export type CallBuffer = ReturnType<typeof createCallBuffer>

export function createCallBuffer(deps: BudgetDeps, write: Write) {
  let pending: Answer[] = []
  let timer: Timer | undefined
  /** The write in progress. Later answers are recorded only if it succeeds. */
  let writing: Promise<void> = Promise.resolve()

  function takeAll(isEnd: boolean): Unrecorded | undefined {
    clearTimeout(timer)
    const answers = pending
    pending = []
    // At most one is a model's, since that is recorded before the next call.
    const { call, reserved } = answers.find(isModelCall) ?? answers[0] ?? {}
    if (!call || !reserved) return undefined
    // Without a budget there is nothing to warn about.
    const counted = reserved === unreserved ? { ...call, costUsd: null } : call
    return {
      statements: (when, bodies) =>
        answers.flatMap(({ call, alongside }) => [
          callInsertion(call.kind === "model" ? { ...call, ...bodies } : call, when),
          ...(alongside?.(isEnd)(when) ?? []),
        ]),
      settle: (work) =>
        writing
          .then(() => reserved.settle(() => withWarnings(deps, counted, work)))
          .finally(reserved.free),
    }
  }
  async function record(): Promise<void> {
    const answers = takeAll(false)
    await answers?.settle((deps, warnings) => write(deps, answers.statements, warnings))
  }
  function recordSoon(): void {
    writing = record()
    // The next write waits for this one and throws its error.
    writing.catch(() => {})
  }
  return {
    add(answer: Answer): void {
      pending.push(answer)
      clearTimeout(timer)
      if (!isModelCall(answer)) timer = setTimeout(recordSoon, SOON_MS)
    },
    /** Takes the unrecorded answers, to record them with the step's result. */
    take: () => takeAll(true),
    /** Records what the next call must find recorded: all but the attempt's first retrieval. */
    async settle(): Promise<void> {
      const [first, ...others] = pending
      const isFirstRetrieval = first?.call.nth === 0 && !isModelCall(first) && others.length === 0
      if (!isFirstRetrieval) await record()
    },
    /** Records all unrecorded answers. */
    async flush(): Promise<void> {
      await record()
      await writing
    },
  }
}

function isModelCall({ call }: Answer): boolean {
  return call.kind === "model"
}

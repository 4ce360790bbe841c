import type { SQL } from "drizzle-orm"
import type { NewCall } from "../../platform/db/schema/calls"
import type { Writes } from "../../platform/db/writes"
import type { RecordedEvent } from "../../platform/events/event"
import type { Reserved } from "./budget-reservations"
import { type BudgetDeps, unreserved } from "./budget-service"
import { withWarnings } from "./record-call"
import { callInsertion } from "./store"

/**
 * The retrieval that an attempt begins with is recorded with the first answer, or by itself if that
 * takes longer.
 */
const SOON_MS = 5

/** Does writes of a step, with events; throws if nothing may be written for it any more. */
export type Write = (deps: BudgetDeps, writes: Writes, told: RecordedEvent[]) => Promise<unknown>

/** Answers that are to be recorded. */
export type Unrecorded = {
  /** The statements that do so; in place of what models were asked and answered, `bodies`. */
  statements(when: SQL, bodies?: Pick<NewCall, "request" | "response">): SQL[]
  /** Does the write with these statements when its turn has come, with events that it must store. */
  settle<T>(write: (deps: BudgetDeps, warnings: RecordedEvent[]) => Promise<T>): Promise<T>
}

/** What is written with a call; at the end of its step what that changes need not be. */
export type Alongside = (isEnd: boolean) => Writes

type Kept = { call: NewCall; reserved: Reserved; alongside?: Alongside | undefined }

/** Holds the answers of one attempt at a step until they are recorded. */
export type Keeper = ReturnType<typeof createKeeper>

export function createKeeper(deps: BudgetDeps, write: Write) {
  let kept: Kept[] = []
  let soon: Timer | undefined
  /** What is being recorded: nothing that comes later is, unless that was. */
  let writing: Promise<void> = Promise.resolve()

  function taken(isEnd: boolean): Unrecorded | undefined {
    clearTimeout(soon)
    const answers = kept
    kept = []
    // Of models there is one at most, since it is recorded before the next call.
    const { call, reserved } = answers.find(isOfModel) ?? answers[0] ?? {}
    if (!call || !reserved) return undefined
    // Without a budget there is nothing to warn of.
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
    const answers = taken(false)
    await answers?.settle((deps, told) => write(deps, answers.statements, told))
  }
  function recordSoon(): void {
    writing = record()
    // Whoever waits for it hears of it.
    writing.catch(() => {})
  }
  return {
    keep(answer: Kept): void {
      kept.push(answer)
      clearTimeout(soon)
      if (!isOfModel(answer)) soon = setTimeout(recordSoon, SOON_MS)
    },
    /** The answers that are to be recorded with what is made of them; undefined if there are none. */
    take: () => taken(true),
    /** Records what is not recorded, before the next call. */
    async settle(): Promise<void> {
      const [first, ...others] = kept
      const isFirstRetrieval = first?.call.nth === 0 && !isOfModel(first) && others.length === 0
      if (!isFirstRetrieval) await record()
    },
    /** Records all that is not recorded. */
    async flush(): Promise<void> {
      await record()
      await writing
    },
  }
}

function isOfModel({ call }: Kept): boolean {
  return call.kind === "model"
}

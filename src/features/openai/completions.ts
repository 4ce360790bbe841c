import { AppError } from "../../platform/errors"
import { askModel } from "../chat/ask"
import { type CallUsage, noCalls, recordLast, usageOf } from "../chat/calls"
import type { Asking } from "../chat/conversation"
import { Draft } from "../chat/draft"
import type { SourceDeps } from "../chat/find-sources"
import { shuttingDown } from "../chat/generations"

/** With an error, the text is incomplete. */
export type Ended = { finish: "stop" | "length"; usage: CallUsage; error?: unknown }

/** An answer in progress that no session keeps. */
export type Completion = {
  draft: Draft
  /** Resolves once its calls are recorded. */
  ended: Promise<Ended>
  /** Aborts the call to the model. */
  stop(why?: AppError): void
}

/** Writes the answers of this process that no session keeps. */
export type Completions = {
  /** Starts an answer, which is aborted with `signal`. */
  begin(asked: Pick<Asking, "conversation" | "model">, signal: AbortSignal): Completion
  /** Waits up to `graceMs` for answers to end, then stops them. */
  stop(graceMs: number): Promise<void>
}

export function createCompletions(deps: SourceDeps): Completions {
  const active = new Set<Completion>()
  let draining = false
  return {
    begin(asked, clientSignal) {
      if (draining) throw shuttingDown()
      const stopping = new AbortController()
      const signal = AbortSignal.any([clientSignal, stopping.signal])
      const draft = new Draft()
      const ended = write(deps, { ...asked, draft, signal, calls: noCalls() })
      const completion = { draft, ended, stop: (why?: AppError) => stopping.abort(why) }
      active.add(completion)
      void ended.then(() => {
        active.delete(completion)
        draft.close()
      })
      return completion
    },
    async stop(graceMs) {
      draining = true
      const left = [...active]
      const grace = setTimeout(() => left.map((it) => it.stop(shuttingDown())), graceMs)
      await Promise.all(left.map(({ ended }) => ended))
      clearTimeout(grace)
    },
  }
}

/** Asks the model and records its calls. Never rejects. */
async function write(deps: SourceDeps, asking: Asking): Promise<Ended> {
  const { calls, draft, signal } = asking
  let error: unknown
  try {
    await askModel(deps, asking)
  } catch (thrown) {
    error = thrown
  }
  try {
    await recordLast(deps, null, calls)
  } catch (thrown) {
    error ??= thrown
  }
  const usage = usageOf(calls)
  if (error === undefined) return { finish: "stop", usage }
  if (wasCut(error)) {
    draft.complete()
    return { finish: "length", usage }
  }
  if (!(error instanceof AppError || signal.aborted)) {
    deps.log.error({ module: "openai", event: "answer.broken", err: error })
  }
  return { finish: "stop", usage, error }
}

/** The providers' names for an answer that reached a limit of tokens. */
const cutReasons: unknown[] = ["max_tokens", "length", "model_context_window_exceeded"]

function wasCut(error: unknown): boolean {
  return error instanceof AppError && cutReasons.includes(error.details.stop_reason)
}

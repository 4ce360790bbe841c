import type { EngineDeps } from "../../engines/deps"
import { AppError } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import { unreserved } from "../usage/budget-service"
import { recordCall } from "../usage/record-call"
import type { AskedForSession } from "../usage/session-call"
import { askModel } from "./ask"
import { type Calls, noCalls, usageOf } from "./calls"
import { whoAnswers } from "./counterpart"
import type { SourceDeps } from "./find-sources"
import { AnswerLost, type Ending, type Generation, metadataOf } from "./generation"
import * as store from "./store"

export type AnswerDeps = SourceDeps & Pick<EngineDeps, "models" | "ownsHome">

const PROGRESS_MS = 250

/** Asks the model and stores the answer together with its last call. Never rejects. */
export async function writeAnswer(deps: AnswerDeps, generation: Generation): Promise<Ending> {
  const started = performance.now()
  const calls = noCalls()
  let model: string | null = null
  let agent: string | undefined
  let { trimmed } = generation.turn
  let error: unknown
  try {
    const answering = await whoAnswers(deps, generation.turn)
    const { turn: conversation, model: resolved } = answering
    model = resolved.id
    agent = answering.agent
    const { signal } = generation
    if (conversation.begun && model === "offline") throw goesOnWithoutModel()
    const onText = progressReporter(deps, generation)
    const asking = { conversation, model: resolved, draft: generation, calls, signal, onText }
    await askModel(deps, {
      ...asking,
      onTrim: (messages) => (trimmed = conversation.trimmed + messages),
    })
  } catch (thrown) {
    error = thrown
  }
  const asked = { model, agent, calls, error, started, trimmed }
  const ending = endingOf(deps, generation, asked)
  const { reserved = unreserved, call } = calls.last ?? {}
  await generation.turn.stored
  try {
    await reserved.settle(() => conclude(deps, generation, ending, call))
    return ending
  } catch (err) {
    return { ...ending, error: toAppError(deps, err) }
  } finally {
    reserved.free()
  }
}

/** Publishes an answer's length, at most once every PROGRESS_MS. */
function progressReporter({ events }: AnswerDeps, { turn, written }: Generation): () => void {
  let last = Number.NEGATIVE_INFINITY
  return () => {
    const now = performance.now()
    if (now - last < PROGRESS_MS) return
    last = now
    const data = { session_id: turn.sessionId, message_id: turn.answerId, characters: written() }
    events.publish({ type: "chat.stream", data })
  }
}

type Asked = {
  model: string | null
  agent: string | undefined
  calls: Calls
  error: unknown
  started: number
  trimmed: number
}

function endingOf(deps: AnswerDeps, { turn, signal }: Generation, asked: Asked): Ending {
  const { model, agent, calls, error, started } = asked
  const before = turn.begun?.metadata
  const usage = { ...usageOf(calls, before?.usage), trimmed_messages: asked.trimmed }
  const seconds = (before?.duration_s ?? 0) + (performance.now() - started) / 1000
  const ended = { model: model ?? before?.model ?? null, agent, usage, seconds }
  if (error === undefined) return { ...ended, stopped: false }
  if (!signal.aborted) return { ...ended, stopped: false, error: toAppError(deps, error) }
  const { reason } = signal
  return { ...ended, stopped: true, ...(reason instanceof AppError ? { error: reason } : {}) }
}

async function conclude(
  deps: AnswerDeps,
  generation: Generation,
  ending: Ending,
  call: AskedForSession["call"],
): Promise<void> {
  const { turn, text, signal } = generation
  const { sessionId: session_id, answerId: id } = turn
  const content = text.toWellFormed()
  const isLost = signal.reason instanceof AnswerLost
  const metadata = { ...metadataOf(generation), ...endOf(ending) }
  await transact(deps, async ({ db, config }, emit) => {
    const exists = await store.updateSession(db, session_id, {})
    // The call is charged even if the session was deleted meanwhile.
    const charged = call && { ...call, sessionId: exists ? session_id : null }
    if (charged) await recordCall({ db, config }, charged, emit)
    if (isLost || !(await store.endAnswer(db, id, { content, metadata }))) return
    const { stopped, error } = metadata
    const how = { ...(stopped ? { stopped } : {}), ...(error ? { error: error.message } : {}) }
    emit({ type: "chat.message", data: { session_id, message_id: id, role: "assistant", ...how } })
  })
}

function endOf({ model, agent, usage, seconds, stopped, error }: Ending) {
  return {
    ...{ usage, model, duration_s: Math.round(seconds * 10) / 10 },
    ...(agent !== undefined ? { agent } : {}),
    ...(stopped ? { stopped } : {}),
    ...(error ? { error: { error: error.name, message: error.message } } : {}),
  }
}

function goesOnWithoutModel(): AppError {
  const sentence = "An answer goes on with a model only. Without one, ask for another answer."
  return new AppError("ServiceUnavailableError", sentence, { provider: "offline" })
}

/** Hides an unexpected error behind a general one. Only the log has the cause. */
function toAppError({ log }: AnswerDeps, err: unknown): AppError {
  if (err instanceof AppError) return err
  log.error({ module: "chat", event: "answer.broken", err })
  return new AppError("InternalServerError", "Something went wrong here. The log has the cause.")
}

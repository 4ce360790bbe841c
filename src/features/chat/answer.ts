import type { EngineDeps } from "../../engines/deps"
import { AppError } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import type { ChatUsage, MessageMetadata } from "../../platform/shapes/message"
import { type BudgetDeps, unreserved } from "../usage/budget-service"
import { recordCall } from "../usage/record-call"
import { type AskedForSession, askForSession } from "../usage/session-call"
import { AnswerLost, type Ending, type Generation } from "./generation"
import { systemPrompt, withoutModel } from "./prompt"
import * as store from "./store"

export type AnswerDeps = BudgetDeps & Pick<EngineDeps, "models" | "ownsHome">

const PROGRESS_MS = 250

/** Asks the model and stores the answer together with the call. Never rejects. */
export async function writeAnswer(deps: AnswerDeps, generation: Generation): Promise<Ending> {
  const asked = await ask(deps, generation).catch((error): Asked => ({ model: null, error }))
  const ending = endingOf(deps, generation, asked)
  const { reserved = unreserved } = asked
  await generation.turn.stored
  try {
    await reserved.settle(() => conclude(deps, generation, ending, asked.call))
    return ending
  } catch (err) {
    return { ...ending, error: toAppError(deps, err) }
  } finally {
    reserved.free()
  }
}

type Asked = AskedForSession & { model: string | null }

async function ask(deps: AnswerDeps, generation: Generation): Promise<Asked> {
  const { sessionId, modelId, settings, history } = generation.turn
  const model = await deps.models.resolve(modelId ?? settings.defaultModel)
  const { defaultMaxTokens: max_tokens, defaultTemperature: temperature } = settings
  const reportProgress = progressReporter(deps, generation)
  const prompt = { system: systemPrompt, messages: history, extract: () => withoutModel }
  const request = { ...prompt, model: model.model, max_tokens, temperature }
  const onDelta = (piece: string) => {
    generation.add(piece)
    reportProgress()
  }
  const options = { signal: generation.signal, onDelta }
  const asked = await askForSession(deps, { sessionId, settings }, model, request, options)
  return { ...asked, model: model.id }
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

function endingOf(deps: AnswerDeps, { turn, signal }: Generation, asked: Asked): Ending {
  const { model, call, error } = asked
  const usage: ChatUsage = {
    input_tokens: call?.inputTokens ?? null,
    output_tokens: call?.outputTokens ?? null,
    cached_tokens: call?.cachedTokens ?? null,
    cost_usd: call?.costUsd ?? null,
    trimmed_messages: turn.trimmed,
  }
  if (error === undefined) return { model, usage, stopped: false }
  if (!signal.aborted) return { model, usage, stopped: false, error: toAppError(deps, error) }
  const { reason } = signal
  return { model, usage, stopped: true, ...(reason instanceof AppError ? { error: reason } : {}) }
}

async function conclude(
  deps: AnswerDeps,
  { turn, text, signal }: Generation,
  ending: Ending,
  call: AskedForSession["call"],
): Promise<void> {
  const { sessionId: session_id, answerId: id } = turn
  const content = text.toWellFormed()
  const isLost = signal.reason instanceof AnswerLost
  const metadata = metadataOf(ending)
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

function metadataOf({ model, usage, stopped, error }: Ending): MessageMetadata {
  return {
    ...{ citations: [], usage, model },
    ...(stopped ? { stopped } : {}),
    ...(error ? { error: { error: error.name, message: error.message } } : {}),
  }
}

/** Hides an unexpected error behind a general one. Only the log has the cause. */
function toAppError({ log }: AnswerDeps, err: unknown): AppError {
  if (err instanceof AppError) return err
  log.error({ module: "chat", event: "answer.broken", err })
  return new AppError("InternalServerError", "Something went wrong here. The log has the cause.")
}

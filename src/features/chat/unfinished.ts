import { transact } from "../../platform/events/transact"
import type { AnswerDeps } from "./answer"
import { AnswerLost, type Generation, metadataOf } from "./generation"
import * as store from "./store"

/** Saves all texts so far, which on a server is also our heartbeat. Never rejects. */
export async function saveUnfinished(deps: AnswerDeps, active: Generation[]): Promise<void> {
  const due = active.filter(
    ({ saved, text }) => saved !== undefined && (!deps.ownsHome || saved < text.length),
  )
  if (due.length === 0) return
  const answers = due.map((generation) => ({
    ...{ id: generation.turn.answerId, content: generation.text.toWellFormed() },
    metadata: metadataOf(generation),
  }))
  try {
    const kept = await store.saveTexts(deps.db, answers)
    for (const [index, generation] of due.entries()) {
      generation.saved = answers[index]?.content.length ?? 0
      if (!kept.has(generation.turn.answerId)) generation.stop(new AnswerLost())
    }
  } catch (err) {
    deps.log.warn({ module: "chat", event: "answers.not_saved", err })
  }
}

const error = { error: "ServiceUnavailableError", message: "It broke off when Amelia stopped." }

/**
 * Marks unfinished answers of dead processes, in one session or all. Returns the number marked. On
 * a server, a process is dead if it saved nothing for RUN_LEASE seconds.
 */
export function markBroken(
  deps: AnswerDeps,
  active: Generation[],
  sessionId?: string,
): Promise<number> {
  const silentS = deps.ownsHome ? undefined : deps.config.runLease
  return transact(deps, async ({ db }, emit) => {
    const mine = active.map(({ turn }) => turn.answerId)
    const broken = await store.lockUnwritten(db, { sessionId, mine, silentS })
    for (const { id, sessionId: session_id, content, metadata } of broken) {
      await store.endAnswer(db, id, { content, metadata: { ...metadata, error } })
      const data = { session_id, message_id: id, role: "assistant", error: error.message }
      emit({ type: "chat.message", data })
    }
    return broken.length
  })
}

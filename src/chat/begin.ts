import type { Deps } from "../deps"
import { AppError } from "../errors"
import { transact } from "../events/transact"
import type { Message } from "../llm/model"
import type { ResolvedModel } from "../llm/registry"
import type { Turn } from "./generation"
import { titleOf } from "./prompt"
import * as store from "./store"

/** A message to a session, and the model that is to answer it. */
export type Asked = { sessionId: string; message: string; model: ResolvedModel }

/**
 * What a model is sent of a session. Windows differ and nobody knows them all; this one fits those
 * of today's models and leaves room for the answer.
 */
const HISTORY_TOKENS_MAX = 100_000
/** A token is about four bytes of prose, and less of code and of most other scripts. */
const BYTES_A_TOKEN = 3

/**
 * Stores messages with places for their answers in one transaction, so that many who ask at once
 * wait for one commit and not for each other's. Each becomes a turn, or the error that refuses it.
 */
export async function beginTurns(
  deps: Pick<Deps, "db" | "events">,
  asked: Asked[],
): Promise<(Turn | AppError)[]> {
  const turns = asked.map(newTurn)
  return transact(deps, async ({ db }, emit) => {
    const known = await store.holdSessions(db, turns)
    const past = Map.groupBy(
      await store.listPast(db, [...known], HISTORY_TOKENS_MAX * BYTES_A_TOKEN),
      ({ sessionId }) => sessionId,
    )
    const existing = turns.filter(({ sessionId }) => known.has(sessionId))
    const begun = new Set(await store.insertTurns(db, existing))
    return turns.map((turn, index) => {
      const { sessionId, user, answer } = turn
      if (!known.has(sessionId)) return sessionNotFound(sessionId)
      if (!begun.has(turn)) return alreadyAnswering(sessionId)
      const data = { session_id: sessionId, message_id: user.id, role: "user" } as const
      emit({ type: "chat.message", data })
      const { model, message } = asked[index] as Asked
      const sent = historyOf(past.get(sessionId) ?? [], message)
      return { sessionId, userMessageId: user.id, answerId: answer.id, model, ...sent }
    })
  })
}

function newTurn({ sessionId, message, model }: Asked) {
  const metadata = { citations: [], usage: null, model: null }
  // In this order, by which messages are listed.
  const [userId, answerId] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()]
  const user = { id: userId, sessionId, role: "user" as const, content: message, metadata }
  const place = { id: answerId, sessionId, role: "assistant" as const, content: "" }
  const answer = { ...place, metadata: { ...metadata, model: model.id }, generating: true }
  return { sessionId, title: titleOf(message), user, answer }
}

/** As much as may be sent, from a message of the user on. The new message always is. */
function historyOf(past: store.Past[], message: string) {
  let room = HISTORY_TOKENS_MAX * BYTES_A_TOKEN - Buffer.byteLength(message)
  const newest = past.findLastIndex(({ content }) => {
    room -= Buffer.byteLength(content)
    return room < 0
  })
  const fitting = past.slice(newest + 1)
  const first = fitting.findIndex(({ role }) => role === "user")
  const sent = first < 0 ? [] : fitting.slice(first)
  const history: Message[] = sent.map(({ role, content }) => ({ role, content }))
  const count = past[0]?.count ?? 0
  return {
    history: [...history, { role: "user", content: message } as const],
    trimmed: count - sent.length,
  }
}

export function sessionNotFound(id: string): AppError {
  return new AppError("SessionNotFoundError", "There is no session with this id.", { id })
}

function alreadyAnswering(session_id: string): AppError {
  const help = "Wait for that answer, or stop it."
  const sentence = "A message of this session is being answered."
  return new AppError("AlreadyRunningError", sentence, { session_id, help })
}

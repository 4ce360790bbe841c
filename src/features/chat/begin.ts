import type { Message } from "../../engines/models/model"
import type { Config } from "../../platform/config/config"
import { AppError } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import { withChanges } from "../settings/service"
import type { UsageDeps } from "../usage/deps"
import type { Asked, Generation, Turn } from "./generation"
import { titleOf } from "./prompt"
import { type NewTurn, readTurns, type SeenRow, storeTurns } from "./turn-store"

/** The part of a session that a model gets: fits today's context windows with room to answer. */
const HISTORY_TOKENS_MAX = 100_000
/** A token is about four bytes of English prose, fewer in code and most other scripts. */
const BYTES_A_TOKEN = 3
const HISTORY_BYTES_MAX = HISTORY_TOKENS_MAX * BYTES_A_TOKEN

type Writing = { has(sessionId: string): boolean; run(turn: Turn): Generation }

/**
 * Stores messages and empty answers in one transaction and asks the models meanwhile. Shows no text
 * before its answer's row is stored. Returns a generation or an error for each message.
 */
export async function beginTurns(
  deps: Pick<UsageDeps, "db" | "config" | "events">,
  asked: Asked[],
  writing: Writing,
): Promise<(Generation | AppError)[]> {
  const news = asked.map(({ sessionId, message }) => ({
    ...{ sessionId, message, title: titleOf(message) },
    // In this order: messages are listed by id.
    ...{ userMessageId: Bun.randomUUIDv7(), answerId: Bun.randomUUIDv7() },
  }))
  const reading = readTurns(deps.db, news, HISTORY_BYTES_MAX)
  const storing = transact(deps, async ({ db }, emit) => {
    const rows = await storeTurns(db, news)
    for (const { sessionId, userMessageId } of news.filter((_, nth) => rows[nth]?.is_begun)) {
      const data = { session_id: sessionId, message_id: userMessageId, role: "user" }
      emit({ type: "chat.message", data })
    }
    return rows
  })
  const isBegun = (nth: number) => storing.then((rows) => rows[nth]?.is_begun === true)
  const turns = news.map((one, nth) => ({ one, stored: isBegun(nth).catch(() => false) }))
  const rowsOf = Map.groupBy(await reading, ({ answer_id }) => answer_id)
  const begun = turns.map(({ one, stored }) => {
    const past = rowsOf.get(one.answerId) ?? []
    const turn = turnOf(deps.config, one, past, stored)
    const isFree = past[0]?.is_known === true && !past[0].is_busy
    return { turn, answer: isFree && !writing.has(one.sessionId) ? writing.run(turn) : undefined }
  })
  const rows = await storing
  return begun.map(({ turn, answer }, nth) => {
    if (!rows[nth]?.is_known) return sessionNotFound(turn.sessionId)
    if (!rows[nth].is_begun) return alreadyAnswering(turn.sessionId)
    return answer ?? writing.run(turn)
  })
}

function turnOf(
  config: Config,
  { sessionId, message, userMessageId, answerId }: NewTurn,
  past: SeenRow[],
  stored: Promise<boolean>,
): Turn {
  const settings = withChanges(config, past[0]?.changed ?? [])
  const ids = { sessionId, userMessageId, answerId, modelId: past[0]?.model ?? undefined }
  return { ...ids, settings, stored, ...historyOf(past, message) }
}

/** Returns the newest messages that fit, starting with one of the user's, and the new message. */
function historyOf(past: SeenRow[], message: string): Pick<Turn, "history" | "trimmed"> {
  const messages = past.flatMap(({ role, content }): Message[] =>
    role !== null && content !== null ? [{ role, content }] : [],
  )
  let room = HISTORY_BYTES_MAX - Buffer.byteLength(message)
  const tooOld = messages.findLastIndex(({ content }) => {
    room -= Buffer.byteLength(content)
    return room < 0
  })
  const first = messages.findIndex(({ role }, at) => at > tooOld && role === "user")
  const sent = first < 0 ? [] : messages.slice(first)
  const trimmed = (past[0]?.count ?? 0) - sent.length
  return { history: [...sent, { role: "user", content: message }], trimmed }
}

export function sessionNotFound(id: string): AppError {
  return new AppError("SessionNotFoundError", "There is no session with this id.", { id })
}

function alreadyAnswering(session_id: string): AppError {
  const help = "Wait for that answer, or stop it."
  const sentence = "This session is still answering a message."
  return new AppError("AlreadyRunningError", sentence, { session_id, help })
}

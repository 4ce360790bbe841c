import type { Deps } from "../deps"
import { AppError } from "../errors"
import type { Message } from "../llm/model"
import { currentSettings } from "../settings/service"
import type { Asked, Turn } from "./generation"
import { titleOf } from "./prompt"
import { type BegunRow, beginTurns as storeTurns } from "./turn-store"

/**
 * What a model is sent of a session. Windows differ and nobody knows them all; this one fits those
 * of today's models and leaves room for the answer.
 */
const HISTORY_TOKENS_MAX = 100_000
/** A token is about four bytes of prose, and less of code and of most other scripts. */
const BYTES_A_TOKEN = 3
const HISTORY_BYTES_MAX = HISTORY_TOKENS_MAX * BYTES_A_TOKEN

/**
 * Stores messages with places for their answers in one transaction, so that many who ask at once
 * wait for one commit and not for each other's. Each becomes a turn, or the error that refuses it.
 */
export async function beginTurns(
  { db, config, events }: Pick<Deps, "db" | "config" | "events">,
  asked: Asked[],
): Promise<(Turn | AppError)[]> {
  const turns = asked.map(({ sessionId, message }) => ({
    ...{ sessionId, message, title: titleOf(message) },
    // In this order, by which messages are listed.
    ...{ userMessageId: Bun.randomUUIDv7(), answerId: Bun.randomUUIDv7() },
  }))
  const { channel } = events
  // Asked for at once: each way to the database is one that the first word waits for.
  const [rows, settings] = await Promise.all([
    storeTurns(db, turns, { bytesMax: HISTORY_BYTES_MAX, channel }),
    currentSettings({ db, config }),
  ])
  events.wake()
  const rowsOf = Map.groupBy(rows, ({ answer_id }) => answer_id)
  return turns.map(({ sessionId, message, userMessageId, answerId }) => {
    const past = rowsOf.get(answerId) ?? []
    const [first] = past
    if (!first?.is_known) return sessionNotFound(sessionId)
    if (!first.is_begun) return alreadyAnswering(sessionId)
    const sent = historyOf(past, message)
    const modelId = first.model ?? undefined
    return { sessionId, userMessageId, answerId, modelId, settings, ...sent }
  })
}

/** As much as may be sent, from a message of the user on. The new message always is. */
function historyOf(past: BegunRow[], message: string): Pick<Turn, "history" | "trimmed"> {
  const said = past.flatMap(({ role, content }): Message[] =>
    role !== null && content !== null ? [{ role, content }] : [],
  )
  let room = HISTORY_BYTES_MAX - Buffer.byteLength(message)
  const tooOld = said.findLastIndex(({ content }) => {
    room -= Buffer.byteLength(content)
    return room < 0
  })
  const first = said.findIndex(({ role }, at) => at > tooOld && role === "user")
  const sent = first < 0 ? [] : said.slice(first)
  const trimmed = (past[0]?.count ?? 0) - sent.length
  return { history: [...sent, { role: "user", content: message }], trimmed }
}

export function sessionNotFound(id: string): AppError {
  return new AppError("SessionNotFoundError", "There is no session with this id.", { id })
}

function alreadyAnswering(session_id: string): AppError {
  const help = "Wait for that answer, or stop it."
  const sentence = "A message of this session is being answered."
  return new AppError("AlreadyRunningError", sentence, { session_id, help })
}

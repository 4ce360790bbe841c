import type { Message } from "../../engines/models/model"
import type { Config } from "../../platform/config/config"
import { AppError } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import { withChanges } from "../settings/service"
import type { UsageDeps } from "../usage/deps"
import type { Asked, Generation, Turn } from "./generation"
import { titleOf } from "./prompt"
import { type NewTurn, readTurns, type SeenRow, storeTurns } from "./turn-store"

/**
 * What a model is sent of a session. Windows differ and nobody knows them all; this one fits those
 * of today's models and leaves room for the answer.
 */
const HISTORY_TOKENS_MAX = 100_000
/** A token is about four bytes of prose, and less of code and of most other scripts. */
const BYTES_A_TOKEN = 3
const HISTORY_BYTES_MAX = HISTORY_TOKENS_MAX * BYTES_A_TOKEN

/** What this process is writing. */
type Writing = { has(sessionId: string): boolean; run(turn: Turn): Generation }

/**
 * Stores messages with places for their answers in one transaction, so that many who ask at once
 * wait for one commit and not for each other's, and meanwhile asks the models: a word of an answer
 * waits for its model alone. Nobody sees one before its place is stored. Each becomes an answer
 * that is being written, or the error that refuses it.
 */
export async function beginTurns(
  deps: Pick<UsageDeps, "db" | "config" | "events">,
  asked: Asked[],
  writing: Writing,
): Promise<(Generation | AppError)[]> {
  const news = asked.map(({ sessionId, message }) => ({
    ...{ sessionId, message, title: titleOf(message) },
    // In this order, by which messages are listed.
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

/** As much as may be sent, from a message of the user on. The new message always is. */
function historyOf(past: SeenRow[], message: string): Pick<Turn, "history" | "trimmed"> {
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

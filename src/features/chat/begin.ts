import { withoutMarks } from "../../engines/roles/markdown"
import type { Config } from "../../platform/config/config"
import { AppError } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import type { QuestionScope } from "../../platform/shapes/message"
import { withChanges } from "../settings/service"
import type { UsageDeps } from "../usage/deps"
import type { Said } from "./conversation"
import type { Generation, NewlyAsked, Turn } from "./generation"
import { titleOf } from "./prompt"
import { type NewTurn, readTurns, type SeenRow, storeTurns } from "./turn-store"

/** The part of a session that a model gets: fits today's context windows with room to answer. */
const HISTORY_TOKENS_MAX = 100_000
/** A token is about four bytes of English prose, fewer in code and most other scripts. */
const BYTES_A_TOKEN = 3
export const HISTORY_BYTES_MAX = HISTORY_TOKENS_MAX * BYTES_A_TOKEN

type Writing = { has(sessionId: string, beside: boolean): boolean; run(turn: Turn): Generation }

/**
 * Stores messages and empty answers in one transaction and asks the models meanwhile. Shows no text
 * before its answer's row is stored. Returns a generation or an error for each message.
 */
export async function beginTurns(
  deps: Pick<UsageDeps, "db" | "config" | "events">,
  asked: NewlyAsked[],
  writing: Writing,
): Promise<(Generation | AppError)[]> {
  const news = asked.map(newTurn)
  const reading = readTurns(deps.db, news, HISTORY_BYTES_MAX)
  const storing = transact(deps, async ({ db }, emit) => {
    const rows = await storeTurns(db, news)
    const stored = news.filter(({ message }, nth) => rows[nth]?.is_begun && message !== undefined)
    for (const { sessionId, userMessageId } of stored) {
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
    return {
      turn,
      answer: isFree && !writing.has(one.sessionId, one.beside) ? writing.run(turn) : undefined,
    }
  })
  const rows = await storing
  return begun.map(({ turn, answer }, nth) => {
    const row = rows[nth]
    if (!row?.is_known) return sessionNotFound(turn.sessionId)
    if (!row.is_begun) return alreadyAnswering(turn.sessionId)
    return answer ?? writing.run(turn)
  })
}

function newTurn(asked: NewlyAsked): NewTurn {
  const { sessionId } = asked
  // In this order: messages are listed by id.
  const ids = { userMessageId: Bun.randomUUIDv7(), answerId: Bun.randomUUIDv7() }
  const metadata = { citations: [], usage: null, model: null }
  if ("again" in asked) {
    const again = { ...ids, userMessageId: asked.again, message: undefined, parentId: undefined }
    const { model, beside = false } = asked
    return { ...again, sessionId, title: "", metadata, model, beside }
  }
  const { message, parentId, scope } = asked
  const lane = { model: undefined, beside: false }
  const said = { sessionId, message, parentId, title: titleOf(message), ...lane }
  return { ...ids, ...said, metadata: { ...metadata, ...scope } }
}

/** Makes a turn from what the database has of its session. */
export function turnOf(
  config: Config,
  { sessionId, message, userMessageId, answerId, metadata, model, beside }: NewTurn,
  past: SeenRow[],
  stored: Promise<boolean>,
): Turn {
  const [seen] = past
  const settings = withChanges(config, seen?.changed ?? [])
  const own = {
    modelId: model ?? seen?.model ?? undefined,
    ownTemperature: seen?.temperature ?? undefined,
    temperature: seen?.temperature ?? settings.defaultTemperature,
    instructions: seen?.system_prompt ?? "",
    maxTokens: settings.defaultMaxTokens,
    mayLook: true,
  }
  // To answer again, the question is the last message of the past, with its scope.
  const question = message === undefined ? past.at(-1) : { content: message, metadata }
  const before = message === undefined ? past.slice(0, -1) : past
  return {
    ...{ sessionId, userMessageId, answerId, beside, ...own, settings, stored },
    ...historyOf(before, question?.content ?? ""),
    ...{ scope: scopeOf(question?.metadata), shows: question?.metadata?.images },
  }
}

function scopeOf(metadata: QuestionScope | null | undefined): QuestionScope {
  const { use_rag, document_ids, folders, attached_ids } = metadata ?? {}
  return { use_rag, document_ids, folders, attached_ids }
}

/**
 * Returns the newest messages that fit, starting with one of the user's, the question, and what is
 * sent instead of the messages before.
 */
function historyOf(
  past: SeenRow[],
  question: string,
): Pick<Turn, "history" | "question" | "trimmed" | "summary"> {
  const summarised = past.findLastIndex(({ metadata }) => metadata?.summary !== undefined)
  const { depth: last = 0, metadata } = past[summarised] ?? {}
  const messages = past.slice(summarised + 1).flatMap(({ role, content, metadata, depth }) => {
    if (role === null || content === null || depth === null) return []
    // A former answer's marks would name other sources in this one.
    const plain = metadata?.citations.length ? withoutMarks(content) : content
    return [{ role, content: plain, depth, shows: metadata?.images }]
  })
  let room = HISTORY_BYTES_MAX - Buffer.byteLength(question)
  const tooOld = messages.findLastIndex(({ content }) => {
    room -= Buffer.byteLength(content)
    return room < 0
  })
  const first = messages.findIndex(({ role }, at) => at > tooOld && role === "user")
  const sent = first < 0 ? [] : messages.slice(first)
  const [oldest] = sent
  const trimmed = oldest ? oldest.depth - 1 : (messages.at(-1)?.depth ?? last ?? 0)
  return {
    history: sent.map(
      ({ role, content, shows }): Said => ({ role, content, ...(shows && { shows }) }),
    ),
    question,
    summary: metadata?.summary,
    trimmed,
  }
}

export function sessionNotFound(id: string): AppError {
  return new AppError("SessionNotFoundError", "There is no session with this id.", { id })
}

export function alreadyAnswering(session_id: string): AppError {
  const help = "Wait for that answer, or stop it."
  const sentence = "This session is still answering a message."
  return new AppError("AlreadyRunningError", sentence, { session_id, help })
}

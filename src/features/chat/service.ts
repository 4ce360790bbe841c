import { firstRow } from "../../platform/db/first-row"
import type { Page } from "../../platform/db/page"
import type { MessageRow } from "../../platform/db/schema/chat"
import { AppError, invalid } from "../../platform/errors"
import type { QuestionScope } from "../../platform/shapes/message"
import { currentSettings } from "../settings/service"
import { totalsBySession } from "../usage/service"
import { sessionNotFound } from "./begin"
import { listBranch, showBranch } from "./branch-store"
import type { ChatDeps } from "./deps"
import { checkScope } from "./find-sources"
import type { Asked, Generation } from "./generation"
import { presentMessage, presentSession } from "./present"
import type {
  AgainInput,
  ChatMessage,
  MessageInput,
  Session,
  SessionChange,
  SessionInput,
  ShownMessage,
} from "./schema"
import * as store from "./store"

/** Creates a session. Throws ValidationError for an unknown model. */
export async function createSession(deps: ChatDeps, input: SessionInput): Promise<Session> {
  if (input.model) await deps.models.resolve(input.model)
  const session = await store.insertSession(deps.db, columnsOf(input))
  return presentSession({ session, messages: 0 }, undefined, await currentSettings(deps))
}

export async function listSessions(deps: ChatDeps, page: Page): Promise<Session[]> {
  return presentAll(deps, await store.listSessions(deps.db, page))
}

export async function getSession(deps: ChatDeps, id: string): Promise<Session> {
  return firstRow(await presentAll(deps, [await requireSession(deps, id)]))
}

/** Changes the given fields. A new model applies from the next message on. */
export async function changeSession(
  deps: ChatDeps,
  id: string,
  change: SessionChange,
): Promise<Session> {
  await requireSession(deps, id)
  if (change.model) await deps.models.resolve(change.model)
  if (!(await store.updateSession(deps.db, id, columnsOf(change)))) throw sessionNotFound(id)
  return getSession(deps, id)
}

function columnsOf({ system_prompt: systemPrompt, ...same }: SessionInput) {
  return { ...same, systemPrompt }
}

/** Stops the answer in progress, then deletes the session and its messages. */
export async function deleteSession(deps: ChatDeps, id: string): Promise<void> {
  await requireSession(deps, id)
  await end(deps, id)
  await store.deleteSession(deps.db, id)
}

/** Lists the messages of all branches, oldest first. */
export async function listMessages(
  deps: ChatDeps,
  id: string,
  range: store.MessageRange,
): Promise<ChatMessage[]> {
  await requireSession(deps, id)
  const rows = await store.listMessages(deps.db, id, range)
  const writing = deps.generations.find(id)
  return rows.map((row) => presentMessage(row, writing))
}

/** Lists the newest messages of the branch that is shown, oldest first. */
export async function listShown(
  deps: ChatDeps,
  id: string,
  limit: number,
): Promise<ShownMessage[]> {
  const rows = await listBranch(deps.db, id, limit)
  const writing = deps.generations.find(id)
  return rows.map(({ message, siblings }) => ({ ...presentMessage(message, writing), siblings }))
}

/** Shows another branch of a session, the one with this message. */
export async function showMessage(deps: ChatDeps, id: string, messageId: string): Promise<void> {
  await requireSession(deps, id)
  if (!(await showBranch(deps.db, id, messageId))) throw noSuchMessage("message_id")
}

/** Returns a message. Throws SessionNotFoundError if its session was deleted. */
export async function getMessage(deps: ChatDeps, id: string): Promise<ChatMessage> {
  const row = await store.findMessage(deps.db, id)
  if (!row) throw sessionNotFound(id)
  return presentMessage(row, deps.generations.find(row.sessionId))
}

/**
 * Stores a message and starts its answer, which ends with the text so far if `signal` aborts.
 * Throws DocumentNotFoundError or ValidationError for documents or folders that aren't there.
 */
export async function answerMessage(
  deps: ChatDeps,
  sessionId: string,
  input: MessageInput,
  signal: AbortSignal,
): Promise<Generation> {
  const { message, parent_id: parentId } = input
  const scope = scopeOf(input)
  await checkScope(deps, scope)
  if (parentId) await requireMessage(deps, sessionId, "parent_id", parentId)
  return begin(deps, { sessionId, message, parentId, scope }, signal)
}

/** Answers a message once more, by default the newest. The answers are siblings. */
export async function answerAgain(
  deps: ChatDeps,
  sessionId: string,
  { message_id }: AgainInput,
  signal: AbortSignal,
): Promise<Generation> {
  const { leafId } = (await requireSession(deps, sessionId)).session
  const id = message_id ?? leafId ?? sessionId
  const { role, parentId } = await requireMessage(deps, sessionId, "message_id", id)
  const again = role === "user" ? id : parentId
  if (!again) throw noSuchMessage("message_id")
  return begin(deps, { sessionId, again }, signal)
}

async function begin(deps: ChatDeps, asked: Asked, signal: AbortSignal): Promise<Generation> {
  const generation = await deps.generations.begin(asked)
  const stop = () => generation.stop()
  signal.addEventListener("abort", stop, { once: true })
  if (signal.aborted) stop()
  return generation
}

function scopeOf({ use_rag, document_ids, folders }: MessageInput): QuestionScope {
  const named = Boolean(document_ids?.length || folders?.length)
  if (!(use_rag ?? named)) return {}
  return {
    use_rag: true,
    ...(document_ids?.length ? { document_ids } : {}),
    ...(folders?.length ? { folders } : {}),
  }
}

/** Stops the answer in progress and keeps its text. Throws WorkflowStateError if there is none. */
export async function stopAnswer(deps: ChatDeps, id: string): Promise<Session> {
  await requireSession(deps, id)
  if (await end(deps, id)) return getSession(deps, id)
  const sentence = "This session isn't answering a message."
  throw new AppError("WorkflowStateError", sentence, { session_id: id, verb: "stop" })
}

/** Ends the answer in progress, here or in another process. Returns whether there was one. */
async function end(deps: ChatDeps, sessionId: string): Promise<boolean> {
  const generation = deps.generations.find(sessionId)
  generation?.stop()
  await generation?.done
  return generation !== undefined || store.stopElsewhere(deps.db, sessionId)
}

async function requireMessage(
  { db }: ChatDeps,
  sessionId: string,
  field: string,
  id: string,
): Promise<MessageRow> {
  const found = await store.findMessage(db, id)
  if (found?.sessionId !== sessionId) throw noSuchMessage(field)
  return found
}

function noSuchMessage(field: string): AppError {
  return invalid(field, "This session has no such message.")
}

async function requireSession({ db }: ChatDeps, id: string): Promise<store.CountedSession> {
  const found = await store.findSession(db, id)
  if (!found) throw sessionNotFound(id)
  return found
}

async function presentAll(deps: ChatDeps, sessions: store.CountedSession[]): Promise<Session[]> {
  const ids = sessions.map(({ session }) => session.id)
  const totals = await totalsBySession(deps, ids)
  const settings = await currentSettings(deps)
  return sessions.map((it) => presentSession(it, totals.get(it.session.id), settings))
}

import { firstRow } from "../../platform/db/first-row"
import type { Page } from "../../platform/db/page"
import { AppError, invalid } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import type { QuestionScope } from "../../platform/shapes/message"
import { currentSettings } from "../settings/service"
import { totalsBySession } from "../usage/service"
import { attachedTo, deleteAttached } from "./attachments"
import { sessionNotFound } from "./begin"
import { isOnShownBranch, listBranch, type VersionRow } from "./branch-store"
import { checkModel } from "./counterpart"
import type { ChatDeps } from "./deps"
import { checkScope } from "./find-sources"
import type { Asked, Generation } from "./generation"
import { markShown } from "./image-store"
import { imagesFor } from "./images"
import { presentMessage, presentSession } from "./present"
import { noSuchMessage, requireMessage, requireSession } from "./require"
import { besideModelOf } from "./resume"
import type {
  AgainInput,
  ChatMessage,
  ContinueInput,
  MessageInput,
  Session,
  SessionChange,
  SessionInput,
  ShownMessage,
} from "./schema"
import { searchSessions } from "./search-store"
import { checkModels, columnsOf } from "./session-columns"
import * as store from "./store"
import { deleteMessage, showMessage } from "./tree"

export { deleteMessage, showMessage }

/** Creates a session. Throws ValidationError for an unknown model or agent. */
export async function createSession(deps: ChatDeps, input: SessionInput): Promise<Session> {
  const session = await store.insertSession(deps.db, columnsOf(await checkModels(deps, input)))
  return presentSession({ session, messages: 0 }, undefined, await currentSettings(deps))
}

/**
 * Lists sessions, the pinned ones first. With a query, only those in whose title or messages each
 * of its words occurs, in any case; ends early if `signal` aborts.
 */
export async function listSessions(
  deps: ChatDeps,
  { query = "", ...page }: Page & { query?: string | undefined },
  signal?: AbortSignal,
): Promise<Session[]> {
  const words = query.split(/\s+/).filter(Boolean)
  const found = words.length
    ? await searchSessions(deps.db, words, page, signal)
    : await store.listSessions(deps.db, page)
  return presentAll(deps, found)
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
  const columns = columnsOf(await checkModels(deps, change))
  await transact(deps, async ({ db }, emit) => {
    if (!(await store.updateSession(db, id, columns))) throw sessionNotFound(id)
    emit({ type: "chat.changed", data: { session_id: id } })
  })
  return getSession(deps, id)
}

/** Stops the answers in progress, then deletes the session, its messages and its documents. */
export async function deleteSession(deps: ChatDeps, id: string): Promise<void> {
  await requireSession(deps, id)
  await end(deps, id)
  await deleteAttached(deps, id)
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
  const active = deps.generations.list(id)
  return rows.map((row) => presentMessage(row, active))
}

/**
 * Lists the newest messages of the branch that is shown, oldest first: of all, or of those that
 * the message `before` follows.
 */
export async function listShown(
  deps: ChatDeps,
  id: string,
  limit: number,
  before?: string,
): Promise<ShownMessage[]> {
  await requireSession(deps, id)
  const rows = await listBranch(deps.db, id, { limit, before })
  const active = deps.generations.list(id)
  const present = ({ message, siblings }: VersionRow) => ({
    ...{ ...presentMessage(message, active), siblings },
  })
  return rows.map(({ other, ...row }) => ({
    ...present(row),
    ...(other && { other_answer: present(other) }),
  }))
}

/** Returns a message. Throws SessionNotFoundError if its session was deleted. */
export async function getMessage(deps: ChatDeps, id: string): Promise<ChatMessage> {
  const row = await store.findMessage(deps.db, id)
  if (!row) throw sessionNotFound(id)
  return presentMessage(row, deps.generations.list(row.sessionId))
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
  const given = scopeOf(input)
  await checkScope(deps, given)
  if (parentId) await requireMessage(deps, sessionId, "parent_id", parentId)
  const attached = await attachedTo(deps, sessionId)
  const images = await imagesFor(deps, sessionId, input.image_ids)
  const scope = {
    ...given,
    ...(attached.length > 0 && { attached_ids: attached }),
    ...(images.length > 0 && { images }),
  }
  const generation = await begin(deps, { sessionId, message, parentId, scope }, signal)
  if (images.length > 0) {
    await markShown(
      deps.db,
      images.map(({ id }) => id),
    )
  }
  return generation
}

/**
 * Answers a message once more, by default the newest. The answers are siblings. One beside another
 * isn't shown in its place. Throws ValidationError for an unknown model.
 */
export async function answerAgain(
  deps: ChatDeps,
  sessionId: string,
  { message_id, model: asked, beside: given }: AgainInput,
  signal: AbortSignal,
): Promise<Generation> {
  const { leafId } = (await requireSession(deps, sessionId)).session
  const id = message_id ?? leafId ?? sessionId
  const message = await requireMessage(deps, sessionId, "message_id", id)
  const again = message.role === "user" ? id : message.parentId
  if (!again) throw noSuchMessage("message_id")
  const beside = given ?? message.beside
  const own = () => besideModelOf(deps, { ...message, beside })
  const model = asked ? await checkModel(deps, asked) : await own()
  const isShown = beside && message.beside && (await isOnShownBranch(deps.db, sessionId, id))
  const generation = await begin(deps, { sessionId, again, model, beside }, signal)
  if (isShown) await showMessage(deps, sessionId, generation.turn.answerId)
  return generation
}

/**
 * Goes on with an answer that was stopped or broke off, by default the newest shown: the same
 * message grows. Throws WorkflowStateError if it is complete.
 */
export async function continueAnswer(
  deps: ChatDeps,
  sessionId: string,
  { message_id }: ContinueInput,
  signal: AbortSignal,
): Promise<Generation> {
  const { leafId } = (await requireSession(deps, sessionId)).session
  const continues = message_id ?? leafId ?? sessionId
  const { role } = await requireMessage(deps, sessionId, "message_id", continues)
  if (role === "user") throw invalid("message_id", "It is a question. Only answers go on.")
  return begin(deps, { sessionId, continues }, signal)
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

/** Stops the answers in progress and keeps their texts. Throws WorkflowStateError without any. */
export async function stopAnswer(deps: ChatDeps, id: string): Promise<Session> {
  await requireSession(deps, id)
  if (await end(deps, id)) return getSession(deps, id)
  const sentence = "This session isn't answering a message."
  throw new AppError("WorkflowStateError", sentence, { session_id: id, verb: "stop" })
}

/** Ends the answers in progress, here or in another process. Returns whether there were any. */
async function end(deps: ChatDeps, sessionId: string): Promise<boolean> {
  const active = deps.generations.list(sessionId)
  for (const generation of active) generation.stop()
  const mine = active.map(({ turn }) => turn.answerId)
  const isElsewhere = await store.stopElsewhere(deps.db, sessionId, mine)
  await Promise.all(active.map(({ done }) => done))
  return isElsewhere || active.length > 0
}

async function presentAll(deps: ChatDeps, sessions: store.CountedSession[]): Promise<Session[]> {
  const ids = sessions.map(({ session }) => session.id)
  const totals = await totalsBySession(deps, ids)
  const settings = await currentSettings(deps)
  return sessions.map((it) => presentSession(it, totals.get(it.session.id), settings))
}

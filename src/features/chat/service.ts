import type { Page } from "../../platform/db/page"
import { AppError } from "../../platform/errors"
import { currentSettings } from "../settings/service"
import { totalsBySession } from "../usage/service"
import { sessionNotFound } from "./begin"
import type { ChatDeps } from "./deps"
import type { Generation } from "./generation"
import { presentMessage, presentSession } from "./present"
import type { ChatMessage, Session, SessionChange, SessionInput } from "./schema"
import * as store from "./store"

/** Throws a ValidationError for a model that there is not. */
export async function createSession(
  deps: ChatDeps,
  { title, model }: SessionInput,
): Promise<Session> {
  if (model) await deps.models.resolve(model)
  const session = await store.insertSession(deps.db, { title, model })
  if (!session) throw new Error("An insert gave no row.")
  return presentSession({ session, messages: 0 }, undefined, await currentSettings(deps))
}

export async function listSessions(deps: ChatDeps, page: Page): Promise<Session[]> {
  return presentAll(deps, await store.listSessions(deps.db, page))
}

export async function getSession(deps: ChatDeps, id: string): Promise<Session> {
  const [session] = await presentAll(deps, [await requireSession(deps, id)])
  if (!session) throw new Error("A session that was found has no form.")
  return session
}

/** What is given changes; another model answers from the next message on. */
export async function changeSession(
  deps: ChatDeps,
  id: string,
  { title, model }: SessionChange,
): Promise<Session> {
  await requireSession(deps, id)
  if (model) await deps.models.resolve(model)
  if (!(await store.updateSession(deps.db, id, { title, model }))) throw sessionNotFound(id)
  return getSession(deps, id)
}

/** Deletes a session with its messages; an answer that is being written is stopped first. */
export async function deleteSession(deps: ChatDeps, id: string): Promise<void> {
  await requireSession(deps, id)
  await end(deps, id)
  await store.deleteSession(deps.db, id)
}

/** Oldest first: the first of the range, or with `newest` the last of it. */
export async function listMessages(
  deps: ChatDeps,
  id: string,
  range: store.MessageRange,
  newest = false,
): Promise<ChatMessage[]> {
  await requireSession(deps, id)
  const rows = await store.listMessages(deps.db, id, range, newest)
  const { turn, text } = deps.generations.find(id) ?? {}
  return rows.map((row) => presentMessage(row, row.id === turn?.answerId ? text : undefined))
}

/** A message as it is now. Throws SessionNotFoundError once it is gone with its session. */
export async function getMessage(deps: ChatDeps, id: string): Promise<ChatMessage> {
  const row = await store.findMessage(deps.db, id)
  if (!row) throw sessionNotFound(id)
  return presentMessage(row, deps.generations.find(row.sessionId)?.text)
}

/**
 * Stores a message and begins to answer it. When `signal` aborts, because nobody listens any more,
 * the answer is stopped with what there is. Throws what `Generations.begin` does.
 */
export async function answerMessage(
  deps: ChatDeps,
  id: string,
  message: string,
  signal: AbortSignal,
): Promise<Generation> {
  const generation = await deps.generations.begin({ sessionId: id, message })
  const leave = () => generation.stop()
  signal.addEventListener("abort", leave, { once: true })
  if (signal.aborted) leave()
  return generation
}

/** Stops the answer that is being written; what there is of it stays. Throws if there is none. */
export async function stopAnswer(deps: ChatDeps, id: string): Promise<Session> {
  await requireSession(deps, id)
  if (await end(deps, id)) return getSession(deps, id)
  const sentence = "No message of this session is being answered."
  throw new AppError("WorkflowStateError", sentence, { session_id: id, verb: "stop" })
}

/** Ends the answer that is being written, here or in another process; whether there was one. */
async function end(deps: ChatDeps, sessionId: string): Promise<boolean> {
  const generation = deps.generations.find(sessionId)
  generation?.stop()
  await generation?.done
  return generation !== undefined || store.stopElsewhere(deps.db, sessionId)
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

import { firstRow } from "../../platform/db/first-row"
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

/** Creates a session. Throws ValidationError for an unknown model. */
export async function createSession(
  deps: ChatDeps,
  { title, model }: SessionInput,
): Promise<Session> {
  if (model) await deps.models.resolve(model)
  const session = await store.insertSession(deps.db, { title, model })
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
  { title, model }: SessionChange,
): Promise<Session> {
  await requireSession(deps, id)
  if (model) await deps.models.resolve(model)
  if (!(await store.updateSession(deps.db, id, { title, model }))) throw sessionNotFound(id)
  return getSession(deps, id)
}

/** Stops the answer in progress, then deletes the session and its messages. */
export async function deleteSession(deps: ChatDeps, id: string): Promise<void> {
  await requireSession(deps, id)
  await end(deps, id)
  await store.deleteSession(deps.db, id)
}

/** Lists messages, oldest first. `newest` picks the last of the range instead of the first. */
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

/** Returns a message. Throws SessionNotFoundError if its session was deleted. */
export async function getMessage(deps: ChatDeps, id: string): Promise<ChatMessage> {
  const row = await store.findMessage(deps.db, id)
  if (!row) throw sessionNotFound(id)
  return presentMessage(row, deps.generations.find(row.sessionId)?.text)
}

/** Stores a message and starts its answer, which ends with the text so far if `signal` aborts. */
export async function answerMessage(
  deps: ChatDeps,
  id: string,
  message: string,
  signal: AbortSignal,
): Promise<Generation> {
  const generation = await deps.generations.begin({ sessionId: id, message })
  const stop = () => generation.stop()
  signal.addEventListener("abort", stop, { once: true })
  if (signal.aborted) stop()
  return generation
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

import type { MessageRow } from "../../platform/db/schema/chat"
import type { DbDeps } from "../../platform/deps"
import { type AppError, invalid } from "../../platform/errors"
import { sessionNotFound } from "./begin"
import * as store from "./store"

export async function requireSession({ db }: DbDeps, id: string): Promise<store.CountedSession> {
  const found = await store.findSession(db, id)
  if (!found) throw sessionNotFound(id)
  return found
}

/** Returns the message that a field names. Throws ValidationError if the session hasn't got it. */
export async function requireMessage(
  { db }: DbDeps,
  sessionId: string,
  field: string,
  id: string,
): Promise<MessageRow> {
  const found = await store.findMessage(db, id)
  if (found?.sessionId !== sessionId) throw noSuchMessage(field)
  return found
}

export function noSuchMessage(field: string): AppError {
  return invalid(field, "This session has no such message.")
}

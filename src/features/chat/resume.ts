import type { MessageRow } from "../../platform/db/schema/chat"
import { AppError } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import type { UsageDeps } from "../usage/deps"
import { alreadyAnswering, HISTORY_BYTES_MAX, sessionNotFound, turnOf } from "./begin"
import { listLinks, lockSession, newestBelow } from "./branch-store"
import type { Turn } from "./generation"
import * as store from "./store"
import { readTurns } from "./turn-store"

/**
 * Prepares an answer that was stopped or broke off to go on, and shows its branch. Returns an error
 * if the session is gone or is answering, or if the answer is complete.
 */
export async function resumeTurn(
  deps: Pick<UsageDeps, "db" | "config" | "events">,
  { sessionId, continues }: { sessionId: string; continues: string },
): Promise<Turn | AppError> {
  const answer = await store.findMessage(deps.db, continues)
  if (!answer) return sessionNotFound(sessionId)
  // Like another answer to its question, which is in the same place.
  const asked = {
    ...{ sessionId, userMessageId: answer.parentId ?? sessionId, answerId: continues },
    ...{ title: "", message: undefined, parentId: undefined, metadata: answer.metadata },
    ...{ beside: answer.beside, model: await besideModelOf(deps, answer) },
  }
  const past = await readTurns(deps.db, [asked], HISTORY_BYTES_MAX)
  // Last, because whoever finds it being written must find it among our generations.
  const row = await transact(deps, async ({ db }) => {
    if (!(await lockSession(db, sessionId))) return sessionNotFound(sessionId)
    const links = await listLinks(db, sessionId)
    if (links.some(({ generating, beside }) => generating && beside === answer.beside))
      return alreadyAnswering(sessionId)
    const resumed = await store.resumeAnswer(db, sessionId, continues)
    if (!resumed) return alreadyComplete(sessionId, continues)
    const leafId = newestBelow(links, continues)
    await store.updateSession(db, sessionId, answer.beside ? {} : { leafId })
    return resumed
  })
  if (row instanceof AppError) return row
  const turn = turnOf(deps.config, asked, past, Promise.resolve(true))
  return { ...turn, begun: { text: row.content, metadata: row.metadata } }
}

/** Returns the model of an answer that is written beside another one; of others, undefined. */
export async function besideModelOf(
  { db }: Pick<UsageDeps, "db">,
  { beside, sessionId, metadata }: Pick<MessageRow, "beside" | "sessionId" | "metadata">,
): Promise<string | undefined> {
  if (!beside) return undefined
  const session = (await store.findSession(db, sessionId))?.session
  return session?.besideModel ?? metadata.model ?? undefined
}

function alreadyComplete(session_id: string, message_id: string): AppError {
  const sentence = "This answer is complete: there is nothing to continue."
  return new AppError("WorkflowStateError", sentence, { session_id, message_id, verb: "continue" })
}

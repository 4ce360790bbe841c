import { AppError } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import { sessionNotFound } from "./begin"
import {
  belowOf,
  deleteMessages,
  type Link,
  listLinks,
  lockSession,
  newestBelow,
} from "./branch-store"
import type { ChatDeps } from "./deps"
import { noSuchMessage } from "./require"
import { updateSession } from "./store"

/** Shows another branch of a session: the newest one with this message. */
export async function showMessage(deps: ChatDeps, id: string, messageId: string): Promise<void> {
  await changeTree(deps, id, async (links) => {
    if (!links.some((link) => link.id === messageId)) throw noSuchMessage("message_id")
    return newestBelow(links, messageId)
  })
}

/**
 * Deletes a message and all that follow it, and keeps the records of their calls. If they were
 * shown, the newest branch that is left beside them is shown. Throws NotFoundError, or
 * AlreadyRunningError if one of them is being written.
 */
export async function deleteMessage(deps: ChatDeps, id: string, messageId: string): Promise<void> {
  await changeTree(deps, id, async (links, leafId, db) => {
    const message = links.find((link) => link.id === messageId)
    if (!message) throw messageNotFound(id, messageId)
    const gone = belowOf(links, messageId)
    const left = links.filter((link) => !gone.has(link.id))
    if (links.some((link) => link.generating && gone.has(link.id))) throw stillWritten(id)
    await deleteMessages(db, gone)
    return leafId && gone.has(leafId) ? newestBelow(left, message.parentId) : leafId
  })
}

type Change = (links: Link[], leafId: string | null, db: ChatDeps["db"]) => Promise<string | null>

/** Changes a session's tree while nobody else does, and shows the branch of the message returned. */
async function changeTree(deps: ChatDeps, id: string, change: Change): Promise<void> {
  await transact(deps, async ({ db }, emit) => {
    const session = await lockSession(db, id)
    if (!session) throw sessionNotFound(id)
    const leafId = await change(await listLinks(db, id), session.leafId, db)
    await updateSession(db, id, { leafId })
    emit({ type: "chat.changed", data: { session_id: id } })
  })
}

function messageNotFound(session_id: string, message_id: string): AppError {
  const sentence = "This session has no message with this id."
  return new AppError("NotFoundError", sentence, { session_id, message_id })
}

function stillWritten(session_id: string): AppError {
  const help = "Stop the answer first."
  const sentence = "An answer that would be deleted is still being written."
  return new AppError("AlreadyRunningError", sentence, { session_id, help })
}

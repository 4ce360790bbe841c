import type { DbDeps } from "../../platform/deps"
import { AppError } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import type { QuestionScope } from "../../platform/shapes/message"
import type { UploadedFile } from "../documents/check"
import { safeName } from "../documents/names"
import type { Document } from "../documents/schema"
import {
  deleteDocuments,
  findDocumentIds,
  listDocuments,
  uploadDocuments,
} from "../documents/service"
import * as store from "./attachment-store"
import type { ChatDeps } from "./deps"
import { requireSession } from "./require"

/** More would make each question read a library. */
const LISTED_MAX = 200

/**
 * Adds files to a session as documents that its questions read. Throws what an upload throws. A
 * file whose content is in the library already is not stored again.
 */
export async function addAttachments(
  deps: ChatDeps,
  sessionId: string,
  files: UploadedFile[],
): Promise<Document[]> {
  await requireSession(deps, sessionId)
  const named = await withOwnNames(deps, sessionId, files)
  const documents = await uploadDocuments(deps, named, { chat_session: sessionId })
  const ids = documents.map(({ id }) => id)
  await transact(deps, async ({ db }, emit) => {
    await store.attach(db, sessionId, ids)
    emit({ type: "chat.changed", data: { session_id: sessionId } })
  })
  return documents
}

export async function listAttachments(deps: ChatDeps, sessionId: string): Promise<Document[]> {
  await requireSession(deps, sessionId)
  return documentsOf(deps, await store.listAttached(deps.db, sessionId))
}

/** Removes a document from a session, and deletes it if it was added there. */
export async function removeAttachment(
  deps: ChatDeps,
  sessionId: string,
  documentId: string,
): Promise<void> {
  await requireSession(deps, sessionId)
  const isDetached = await store.detach(deps.db, sessionId, documentId)
  if (!isDetached) {
    const sentence = "This session has no such document."
    throw new AppError("DocumentNotFoundError", sentence, { document_ids: [documentId] })
  }
  await deleteOwn(deps, sessionId, await documentsOf(deps, [documentId]))
}

/** Deletes the documents that were added in a session. Those of the library stay. */
export async function deleteAttached(deps: ChatDeps, sessionId: string): Promise<void> {
  const ids = await store.listAttached(deps.db, sessionId)
  await deleteOwn(deps, sessionId, await documentsOf(deps, ids))
}

/** Adds a session's documents to what a question reads: they alone, if it reads nothing else. */
export async function withAttached(
  { db }: DbDeps,
  sessionId: string,
  scope: QuestionScope,
): Promise<QuestionScope> {
  const attached = await store.listAttached(db, sessionId)
  const readsAll = scope.use_rag && !scope.document_ids && !scope.folders
  if (attached.length === 0 || readsAll) return scope
  const document_ids = [...new Set([...(scope.document_ids ?? []), ...attached])]
  return { ...scope, use_rag: true, document_ids }
}

/** Gives files other names than documents have that aren't this session's. */
async function withOwnNames(
  deps: DbDeps,
  sessionId: string,
  files: UploadedFile[],
): Promise<UploadedFile[]> {
  const names = files.map(({ name }) => safeName(name))
  const ids = await findDocumentIds(deps, names)
  const others = (await documentsOf(deps, [...ids.values()])).filter(
    ({ metadata }) => metadata.chat_session !== sessionId,
  )
  const taken = new Set(others.map(({ name }) => name))
  const mark = ` (chat ${sessionId.slice(-6)})`
  return files.map((file, nth) => {
    const name = names[nth] ?? file.name
    return { ...file, name: taken.has(name) ? name.replace(/(?=\.[^.]*$|$)/, mark) : name }
  })
}

async function documentsOf(deps: DbDeps, ids: string[]): Promise<Document[]> {
  return ids.length === 0 ? [] : listDocuments(deps, { ids, limit: LISTED_MAX })
}

async function deleteOwn(deps: ChatDeps, sessionId: string, documents: Document[]): Promise<void> {
  const own = documents.filter(({ metadata }) => metadata.chat_session === sessionId)
  await deleteDocuments(
    deps,
    own.map(({ id }) => id),
  )
}

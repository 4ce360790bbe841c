import type { DbDeps } from "../../platform/deps"
import { AppError, invalid } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import type { QuestionScope } from "../../platform/shapes/message"
import { isOfChats, nameInChat } from "../documents/chat-files"
import type { UploadedFile } from "../documents/check"
import type { DocumentDeps } from "../documents/deps"
import { safeName } from "../documents/names"
import type { Document } from "../documents/schema"
import { deleteDocuments, findDocumentIds, listDocuments, uploadToChat } from "../documents/service"
import * as store from "./attachment-store"
import { requireSession } from "./require"

/** More would make each question read a library. */
export const ATTACHED_MAX = 200

/**
 * Adds files to a session as documents that only its questions read. Throws what an upload throws,
 * and ValidationError for too many. A content that is stored already is not stored again.
 */
export async function addAttachments(
  deps: DocumentDeps,
  sessionId: string,
  files: UploadedFile[],
): Promise<Document[]> {
  await requireSession(deps, sessionId)
  const { length } = await store.listAttached(deps.db, sessionId)
  if (length + files.length > ATTACHED_MAX) {
    const sentence = `A chat can have ${ATTACHED_MAX} files. Add a folder to your documents instead.`
    throw invalid("file", sentence, { count: length, max: ATTACHED_MAX })
  }
  const named = await withFreeNames(deps, sessionId, files)
  const documents = await uploadToChat(deps, sessionId, named)
  const ids = documents.map(({ id }) => id)
  await transact(deps, async ({ db }, emit) => {
    await store.attach(db, sessionId, ids)
    emit({ type: "chat.changed", data: { session_id: sessionId } })
  })
  return documents
}

/** Lists a session's documents in the order in which they were added. */
export async function listAttachments(deps: DbDeps, sessionId: string): Promise<Document[]> {
  await requireSession(deps, sessionId)
  return documentsOf(deps, await store.listAttached(deps.db, sessionId))
}

/** Removes a document from a session, and deletes it unless the library or another has it too. */
export async function removeAttachment(
  deps: DocumentDeps,
  sessionId: string,
  documentId: string,
): Promise<void> {
  await requireSession(deps, sessionId)
  const isDetached = await transact(deps, async ({ db }, emit) => {
    if (!(await store.detach(db, sessionId, documentId))) return false
    emit({ type: "chat.changed", data: { session_id: sessionId } })
    return true
  })
  if (!isDetached) {
    const sentence = "This session has no such document."
    throw new AppError("DocumentNotFoundError", sentence, { document_ids: [documentId] })
  }
  await deleteOwn(deps, sessionId, [documentId])
}

/** Deletes the documents that only this session has. Those of the library stay. */
export async function deleteAttached(deps: DocumentDeps, sessionId: string): Promise<void> {
  await deleteOwn(deps, sessionId, await store.listAttached(deps.db, sessionId))
}

/** Lists the ids of a session's documents. */
export async function attachedTo({ db }: DbDeps, sessionId: string | null): Promise<string[]> {
  return sessionId ? store.listAttached(db, sessionId) : []
}

/** Adds a session's documents to what a question reads: they alone, if it reads nothing else. */
export async function withAttached(
  deps: DbDeps,
  sessionId: string,
  scope: QuestionScope,
): Promise<QuestionScope> {
  // A question about all documents finds them as it is.
  if (scope.use_rag && !scope.document_ids && !scope.folders) return scope
  const attached = await attachedTo(deps, sessionId)
  if (attached.length === 0) return scope
  const document_ids = [...new Set([...(scope.document_ids ?? []), ...attached])]
  return { ...scope, use_rag: true, document_ids }
}

/** Gives files other names than documents have that aren't this session's. */
async function withFreeNames(
  deps: DbDeps,
  sessionId: string,
  files: UploadedFile[],
): Promise<UploadedFile[]> {
  const names = files.map(({ name }) => safeName(name))
  const byName = await findDocumentIds(deps, names)
  const own = new Set(await store.listAttached(deps.db, sessionId))
  return files.map((file, nth) => {
    const name = names[nth] ?? file.name
    const id = byName.get(name)
    return { ...file, name: id && !own.has(id) ? nameInChat(name, sessionId) : name }
  })
}

/** Returns documents in the order of their ids, without those that are gone. */
export async function documentsOf(deps: DbDeps, ids: string[]): Promise<Document[]> {
  if (ids.length === 0) return []
  const found = await listDocuments(deps, { ids, limit: ids.length })
  const byId = new Map(found.map((document) => [document.id, document]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

async function deleteOwn(deps: DocumentDeps, sessionId: string, ids: string[]): Promise<void> {
  const unshared = await store.listUnshared(deps.db, sessionId, ids)
  const own = (await documentsOf(deps, unshared)).filter(isOfChats)
  await deleteDocuments(
    deps,
    own.map(({ id }) => id),
  )
}

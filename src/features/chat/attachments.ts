import type { DbDeps } from "../../platform/deps"
import { AppError, invalid } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import { isOfChats, nameInChat } from "../documents/chat-files"
import type { UploadedFile } from "../documents/check"
import type { DocumentDeps } from "../documents/deps"
import { safeName } from "../documents/names"
import type { Document } from "../documents/schema"
import { deleteDocuments, findDocumentIds, listDocuments, uploadToChat } from "../documents/service"
import * as store from "./attachment-store"
import { deleteImage } from "./image-store"
import { addImages, type ImageFile, imageIn, listImages } from "./images"
import { requireSession } from "./require"
import type { Attachment } from "./schema"

/** More would make each question read a library. */
export const ATTACHED_MAX = 200

/**
 * Adds files to a session: images for its next question, others as documents that only its
 * questions read. Throws what an upload throws, and ValidationError for too many. A document whose
 * content is stored already is not stored again.
 */
export async function addAttachments(
  deps: DocumentDeps,
  sessionId: string,
  files: UploadedFile[],
): Promise<Attachment[]> {
  await requireSession(deps, sessionId)
  const images = new Map<UploadedFile, ImageFile>()
  for (const file of files) {
    const image = await imageIn(file)
    if (image) images.set(file, image)
  }
  const others = files.filter((file) => !images.has(file))
  // Only these can be refused for what is in them, so that all are stored or none.
  const documents = others.length > 0 ? await addDocuments(deps, sessionId, others) : []
  const added = await addImages(deps, sessionId, [...images.values()])
  return files.flatMap((file) => (images.has(file) ? added.shift() : documents.shift()) ?? [])
}

async function addDocuments(
  deps: DocumentDeps,
  sessionId: string,
  files: UploadedFile[],
): Promise<Document[]> {
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

/** Lists a session's documents, and then its images, each in the order of adding. */
export async function listAttachments(deps: DbDeps, sessionId: string): Promise<Attachment[]> {
  await requireSession(deps, sessionId)
  const documents = await documentsOf(deps, await store.listAttached(deps.db, sessionId))
  return [...documents, ...(await listImages(deps, sessionId))]
}

/**
 * Removes a document or an image from a session. Deletes a document unless the library or another
 * session has it too.
 */
export async function removeAttachment(
  deps: DocumentDeps,
  sessionId: string,
  id: string,
): Promise<void> {
  await requireSession(deps, sessionId)
  const isRemoved = await transact(deps, async ({ db }, emit) => {
    const isThere =
      (await store.detach(db, sessionId, id)) || (await deleteImage(db, sessionId, id))
    if (isThere) emit({ type: "chat.changed", data: { session_id: sessionId } })
    return isThere
  })
  if (!isRemoved) {
    const sentence = "This session has no such document."
    throw new AppError("DocumentNotFoundError", sentence, { document_ids: [id] })
  }
  await deleteOwn(deps, sessionId, [id])
}

/** Deletes the documents that only this session has. Those of the library stay. */
export async function deleteAttached(deps: DocumentDeps, sessionId: string): Promise<void> {
  await deleteOwn(deps, sessionId, await store.listAttached(deps.db, sessionId))
}

/** Lists the ids of a session's documents, which each of its questions reads. */
export function attachedTo({ db }: DbDeps, sessionId: string): Promise<string[]> {
  return store.listAttached(db, sessionId)
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

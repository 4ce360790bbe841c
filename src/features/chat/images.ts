import type { DbDeps } from "../../platform/deps"
import { AppError, invalid } from "../../platform/errors"
import type { ImageRef } from "../../platform/shapes/image"
import { imageTypeOf } from "../../platform/shapes/image"
import type { UploadedFile } from "../documents/check"
import { safeName } from "../documents/names"
import * as store from "./image-store"
import { requireSession } from "./require"
import { type ChatImage, IMAGES_MAX } from "./schema"

/** Base64 makes this 5 MB, the most that every provider takes. */
const IMAGE_BYTES_MAX = 3_750_000
/** The most images of one question. */
export const SHOWN_MAX = 20

/** A file whose content is an image, whatever its name says. */
export type ImageFile = Omit<store.NewImage, "sessionId">

/** Returns a file as an image, or undefined if it is none. Throws FileTooLargeError. */
export async function imageIn(file: UploadedFile): Promise<ImageFile | undefined> {
  const head = "content" in file ? await file.content.start(12) : file.bytes
  const mediaType = imageTypeOf(head)
  if (!mediaType) return undefined
  const name = safeName(file.name)
  const size_bytes = "content" in file ? file.content.sizeBytes : file.bytes.byteLength
  if (size_bytes > IMAGE_BYTES_MAX) {
    const sentence = `The image “${name}” is larger than ${IMAGE_BYTES_MAX / 1_000_000} MB, the most that models take. Make it smaller.`
    throw new AppError("FileTooLargeError", sentence, {
      ...{ name, size_bytes, max_bytes: IMAGE_BYTES_MAX },
    })
  }
  const bytes = "content" in file ? await file.content.read() : file.bytes
  return { name, mediaType, bytes }
}

/** Stores images for a session's next question. */
export async function addImages(
  { db }: DbDeps,
  sessionId: string,
  files: ImageFile[],
): Promise<ChatImage[]> {
  const { length } = await store.listImages(db, sessionId)
  if (length + files.length > IMAGES_MAX) {
    const sentence = `A chat can have ${IMAGES_MAX} images. Begin another one.`
    throw invalid("file", sentence, { count: length, max: IMAGES_MAX })
  }
  const added: ChatImage[] = []
  for (const file of files) {
    const row = await store.insertImage(db, { ...file, sessionId })
    if (row) added.push(presentImage(row))
  }
  return added
}

export async function listImages({ db }: DbDeps, sessionId: string): Promise<ChatImage[]> {
  return (await store.listImages(db, sessionId)).map(presentImage)
}

export async function getImage({ db }: DbDeps, sessionId: string, id: string) {
  await requireSession({ db }, sessionId)
  const found = await store.findImage(db, sessionId, id)
  if (found) return found
  throw new AppError("DocumentNotFoundError", "This session has no such image.", { id })
}

/**
 * Returns the images that a question shows: these, or by default those that were added since the
 * last question. Throws ValidationError for one that the session hasn't got, or too many.
 */
export async function imagesFor(
  { db }: DbDeps,
  sessionId: string,
  ids: string[] | undefined,
): Promise<ImageRef[]> {
  if (ids?.length === 0) return []
  const all = await store.listImages(db, sessionId)
  const missing = ids?.find((id) => !all.some((image) => image.id === id))
  if (missing) throw invalid("image_ids", "This session has no such image.", { id: missing })
  const chosen = all.filter(({ id, shown }) => (ids ? ids.includes(id) : !shown))
  if (chosen.length > SHOWN_MAX) {
    const sentence = `A question can show ${SHOWN_MAX} images. Remove some.`
    throw invalid("image_ids", sentence, { count: chosen.length, max: SHOWN_MAX })
  }
  return chosen.map(({ id, name, mediaType: media_type, size: file_size }) => ({
    ...{ id, name, media_type, file_size },
  }))
}

function presentImage({ id, name, mediaType, size, shown, createdAt }: store.ImageRow): ChatImage {
  return {
    ...{ id, name, type: "image", media_type: mediaType, file_size: size, shown },
    created_at: createdAt.toISOString(),
  }
}

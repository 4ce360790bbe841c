import { insertMany } from "../../../platform/db/insert-many"
import { chatMessages } from "../../../platform/db/schema/chat"
import { AppError, invalid } from "../../../platform/errors"
import { transact } from "../../../platform/events/transact"
import { imageTypeOf } from "../../../platform/shapes/image"
import type { MessageMetadata } from "../../../platform/shapes/message"
import { safeName } from "../../documents/names"
import { newestBelow } from "../branch-store"
import { checkModel } from "../counterpart"
import type { ChatDeps } from "../deps"
import { type NewImage as ImageToAdd, insertImage } from "../image-store"
import type { Session } from "../schema"
import { getSession } from "../service"
import { columnsOf } from "../session-columns"
import { insertSession, updateSession } from "../store"
import type { ChatFile, FileImage, FileMessage } from "./schema"

type NewMessage = Omit<typeof chatMessages.$inferInsert, "sessionId" | "id"> & { id: string }

/** Rows in one statement: other requests get their turn between two. */
const AT_ONCE = 500

/**
 * Stores a conversation as a new session, with new ids. It is as old as its import, its messages
 * keep their times. Throws ValidationError for messages that are no tree.
 */
export async function importSession(deps: ChatDeps, file: ChatFile): Promise<Session> {
  const images = new Map(file.images.map((image, nth) => [image.id, imageFrom(image, nth)]))
  const messages = planted(file.messages, images)
  const { created_at: _, ...input } = file.session
  const model = await usableModel(deps, input.model)
  const besideModel = await usableModel(deps, input.beside_model)
  const shown = file.shown_id ?? null
  const links = file.messages.map(({ id, parent_id: parentId, beside }) => ({
    id,
    parentId,
    beside,
  }))
  if (shown !== null && !links.some(({ id }) => id === shown)) {
    throw invalid("shown_id", "It names no message of this file.")
  }
  const leaf = newestBelow(links, shown)
  const leafId = messages[links.findIndex(({ id }) => id === leaf)]?.id ?? null
  const id = await transact(deps, async ({ db }, emit) => {
    const { id: sessionId } = await insertSession(db, {
      ...{ ...columnsOf(input), model, besideModel },
    })
    for (let at = 0; at < messages.length; at += AT_ONCE) {
      const rows = messages.slice(at, at + AT_ONCE).map((row) => ({ ...row, sessionId }))
      await insertMany(db, chatMessages, rows)
    }
    for (const image of images.values()) await insertImage(db, { ...image, sessionId })
    await updateSession(db, sessionId, { leafId })
    emit({ type: "chat.changed", data: { session_id: sessionId } })
    return sessionId
  })
  return getSession(deps, id)
}

type NewImage = Omit<ImageToAdd, "sessionId"> & { id: string }

/** Throws ValidationError for what isn't an image. */
function imageFrom({ name, data }: FileImage, nth: number): NewImage {
  const bytes = Buffer.from(data, "base64")
  const mediaType = imageTypeOf(bytes)
  if (!mediaType) throw invalid(`images.${nth}.data`, `The image "${name}" isn't an image.`)
  return { id: Bun.randomUUIDv7(), name: safeName(name), mediaType, bytes, shown: true }
}

/** Gives messages new ids and their depths, in the same order, with the images that are there. */
function planted(messages: FileMessage[], added: ReadonlyMap<string, NewImage>): NewMessage[] {
  const known = new Map<string, NewMessage>()
  messages.forEach(({ id, parent_id, role, content, beside, metadata, created_at }, nth) => {
    const path = `messages.${nth}`
    const parent = parent_id === null ? undefined : known.get(parent_id)
    if (known.has(id)) throw invalid(`${path}.id`, `There is another message "${id}".`)
    if (parent_id !== null && !parent) {
      const sentence = `Message "${id}" follows "${parent_id}", which isn't before it in the file.`
      throw invalid(`${path}.parent_id`, sentence)
    }
    if (role === "assistant" && parent?.role !== "user") {
      throw invalid(`${path}.parent_id`, `Message "${id}" is an answer, but follows no question.`)
    }
    if (beside && role === "user") throw invalid(`${path}.beside`, `Message "${id}" is no answer.`)
    known.set(id, {
      // In this order: messages are listed by id.
      ...{ id: Bun.randomUUIDv7(), parentId: parent?.id ?? null, depth: (parent?.depth ?? 0) + 1 },
      ...{ role, content, beside, metadata: withImages(metadata, added) },
      ...{ createdAt: created_at ? new Date(created_at) : new Date() },
    })
  })
  return [...known.values()]
}

function withImages(
  { images = [], ...metadata }: FileMessage["metadata"],
  added: ReadonlyMap<string, NewImage>,
): MessageMetadata {
  const there = images.flatMap((image) => {
    const id = added.get(image.id)?.id
    return id ? { ...image, id } : []
  })
  return { ...metadata, ...(there.length > 0 && { images: there }) }
}

/** Null, for the settings' model, if this Amelia doesn't know it. */
async function usableModel(deps: ChatDeps, id: string | null | undefined): Promise<string | null> {
  if (!id) return null
  try {
    return await checkModel(deps, id)
  } catch (error) {
    if (error instanceof AppError && error.name === "ValidationError") return null
    throw error
  }
}

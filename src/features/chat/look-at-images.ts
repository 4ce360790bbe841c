import { withNotes } from "../../engines/models/images"
import type { Image, Message } from "../../engines/models/model"
import type { ResolvedModel } from "../../engines/models/registry"
import type { DbDeps } from "../../platform/deps"
import { invalid } from "../../platform/errors"
import type { ImageRef } from "../../platform/shapes/image"
import type { Conversation, Said } from "./conversation"
import { readImages } from "./image-store"
import { SHOWN_MAX } from "./images"

type Looking = { history: Message[]; images: readonly Image[] }

/**
 * Reads the images of a question and the newest of those before it. Others, and all earlier ones
 * for a model that takes none, become words. Throws ValidationError if the question itself shows
 * some and the model takes none.
 */
export async function lookAtImages(
  { db }: DbDeps,
  { history, shows = [] }: Pick<Conversation, "history" | "shows">,
  { provider, model, id }: ResolvedModel,
): Promise<Looking> {
  const before = history.flatMap((said) => said.shows ?? [])
  if (before.length + shows.length === 0) return { history, images: [] }
  // If nobody knows, the provider decides.
  const isBlind = (await provider.takesImages?.(model)) === false
  if (isBlind && shows.length > 0) throw takesNone(id)
  const room = isBlind ? 0 : Math.max(0, SHOWN_MAX - shows.length)
  const newest = before.slice(before.length - Math.min(room, before.length))
  const bytes = await readImages(
    db,
    [...newest, ...shows].map((it) => it.id),
  )
  return {
    history: history.map((said) => toMessage(said, bytes)),
    images: shows.flatMap((it) => toImage(it, bytes) ?? []),
  }
}

type Bytes = ReadonlyMap<string, Uint8Array>

function toMessage({ shows = [], ...said }: Said, bytes: Bytes): Message {
  if (said.role !== "user" || shows.length === 0) return said
  const images = shows.flatMap((it) => toImage(it, bytes) ?? [])
  const unseen = shows.filter(({ id }) => !bytes.has(id))
  const content = unseen.length > 0 ? withNotes(said.content, unseen) : said.content
  return { ...said, content, ...(images.length > 0 && { images }) }
}

function toImage({ id, name, media_type }: ImageRef, bytes: Bytes): Image | undefined {
  const found = bytes.get(id)
  return found && { name, media_type, data: Buffer.from(found).toBase64() }
}

function takesNone(model: string) {
  const sentence = `${model} can't look at images. Choose a model that can, and ask again.`
  return invalid("model", sentence, { model })
}

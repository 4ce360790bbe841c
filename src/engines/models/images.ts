import type { Image, Message } from "./model"

/** The most that a provider counts for one. */
export const TOKENS_AN_IMAGE = 5000

export function imagesOf(message: Message): readonly Image[] {
  return (message.role === "user" && message.images) || []
}

/** Says in words which images a message had, for a model that can't look at them. */
export function inWords(message: Message): Message {
  if (message.role !== "user" || !message.images) return message
  const { images, ...plain } = message
  return { ...plain, content: withNotes(plain.content, images) }
}

export function withNotes(content: string, images: readonly { name: string }[]): string {
  const notes = images.map(({ name }) => `(The image ${name} belongs here. You can't see it.)`)
  return [content, ...notes].join("\n\n")
}

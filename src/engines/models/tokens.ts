import { imagesOf, TOKENS_AN_IMAGE } from "./images"
import type { Message } from "./model"

/** What a provider adds around each message. */
const TOKENS_A_MESSAGE = 8

/**
 * Returns a high estimate of a text's tokens, whatever the model: a token of prose or code has
 * three characters or more, and a character outside ASCII is at most one and a third.
 */
export function tokensIn(text: string): number {
  const beyondAscii = Buffer.byteLength(text) - text.length
  return Math.ceil(text.length / 3 + beyondAscii / 2)
}

export function tokensOf(message: Message): number {
  const calls = message.role === "assistant" ? message.tool_calls : undefined
  const carried = message.role === "assistant" ? message.carried : undefined
  const more = calls || carried ? tokensIn(JSON.stringify([calls, carried])) : 0
  const images = imagesOf(message).length * TOKENS_AN_IMAGE
  return tokensIn(message.content) + images + more + TOKENS_A_MESSAGE
}

import { TOKENS_AN_IMAGE } from "../../engines/models/images"
import type { Message } from "../../engines/models/model"
import type { ResolvedModel } from "../../engines/models/registry"
import { tokensIn, tokensOf } from "../../engines/models/tokens"
import { invalid } from "../../platform/errors"
import type { RetrievalResult } from "../../platform/shapes/passage"
import type { Conversation } from "./conversation"

/** The window of a model whose provider doesn't tell, in tokens: few models have a smaller one. */
export const WINDOW_UNTOLD = 32_000
/** What the search tool and its explanation take. */
const TOOLS = 600
/** Marks, titles and fences around a passage. */
const AROUND_PASSAGE = 60
/** Passages get no more than this, which costs little and leaves room for the conversation. */
const SOURCES_MAX = 8000
/** Left for the model's next words when a search fills the window. */
const SPARE = 400

/** Keeps what is sent to a model within its window. Counts tokens by a high estimate. */
export type Fitting = {
  /** The longest answer, at most half of the window. */
  maxTokens: number
  /** Tokens that the passages for a question may have. */
  sourcesMax: number
  /**
   * Leaves out the oldest messages of the history, with which `messages` begins, until all fits.
   * Throws ValidationError if even without them it doesn't.
   */
  fit(messages: Message[]): Message[]
  /** Returns the passages that fit beside the messages that were last sent, the first ones first. */
  fitting(passages: RetrievalResult[]): RetrievalResult[]
}

/** Asks the provider for the model's window only once. Reports how many messages are left out. */
export async function createFitting(
  { provider, model, id }: ResolvedModel,
  conversation: Conversation & { system: string; usesTools: boolean },
  onTrim: (messages: number) => void,
): Promise<Fitting> {
  const told = (await provider.window?.(model)) ?? null
  const { history, question, shows = [], isBare, system, usesTools } = conversation
  const window = told ?? (isBare ? Number.POSITIVE_INFINITY : WINDOW_UNTOLD)
  // The clients of an API get what they sent and asked for, or an error.
  const answerMax = isBare ? window : Math.floor(window / 2)
  const maxTokens = Math.min(conversation.maxTokens, answerMax)
  const room = window - maxTokens - tokensIn(system) - (usesTools ? TOOLS : 0)
  const beside = room - tokensIn(question) - shows.length * TOKENS_AN_IMAGE
  let left = room

  return {
    maxTokens,
    sourcesMax: Math.min(SOURCES_MAX, Math.max(0, Math.floor(beside / 2))),
    fit(messages) {
      const sizes = messages.map(tokensOf)
      left = room - sizes.reduce((sum, size) => sum + size, 0)
      const trimmable = isBare ? 0 : history.length
      let out = 0
      while (out < trimmable && (left < 0 || (out > 0 && messages[out]?.role !== "user"))) {
        left += sizes[out++] ?? 0
      }
      // What a provider doesn't tell is no reason to refuse.
      if (left < 0 && told !== null) throw tooLong(id, { room, tokens: room - left, window })
      onTrim(out)
      return messages.slice(out)
    },
    fitting(passages) {
      let rest = left - SPARE
      return passages.filter(({ content }) => {
        const size = tokensIn(content) + AROUND_PASSAGE
        if (size > rest) return false
        rest -= size
        return true
      })
    },
  }
}

function tooLong(model: string, sizes: { room: number; tokens: number; window: number }) {
  const { room, tokens, window } = sizes
  const count = (of: number) => Math.max(0, Math.round(of)).toLocaleString("en")
  const sentence = `This is too long for ${model}: with what belongs to it, the message has about ${count(tokens)} tokens, and there is room for ${count(room)} of the ${count(window)} that the model reads at once. Shorten it, or choose a model with a larger window.`
  return invalid("message", sentence, { model, tokens, room, window })
}

/** Returns the best passages that together have at most `tokensMax` tokens, in their order. */
export function bestThatFit(passages: RetrievalResult[], tokensMax: number): RetrievalResult[] {
  let room = tokensMax
  const best = passages.toSorted((a, b) => b.score - a.score)
  const fitting = new Set<RetrievalResult>()
  for (const passage of best) {
    const size = tokensIn(passage.content) + AROUND_PASSAGE
    if (size > room) continue
    room -= size
    fitting.add(passage)
  }
  return passages.filter((passage) => fitting.has(passage))
}

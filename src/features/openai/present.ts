import { type Citation, citationHref } from "../../platform/shapes/citation"
import type { CallUsage } from "../chat/calls"
import type { Completion, Ended } from "./completions"
import type { OpenAiCitation } from "./schema"

/** What every part of an answer repeats. */
export type Heading = { id: string; created: number; model: string }

/** Starts an answer. `model` is the id that the client asked for. */
export function headingOf(model: string): Heading {
  const id = `chatcmpl-${Bun.randomUUIDv7().replaceAll("-", "")}`
  return { id, created: Math.floor(Date.now() / 1000), model }
}

/** Presents a whole answer. `origin` is the client's own name for this server. */
export function presentCompletion(
  { draft }: Completion,
  { finish, usage }: Ended,
  { id, created, model }: Heading,
  origin: string,
) {
  const message = { role: "assistant", content: draft.text, refusal: null }
  return {
    ...{ id, object: "chat.completion", created, model },
    choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
    usage: presentUsage(usage),
    citations: presentCitations(draft.citations, origin),
  }
}

/** Presents a part of an answer. */
export function presentChunk(
  { id, created, model }: Heading,
  delta: { role?: "assistant"; content?: string },
  finish_reason: Ended["finish"] | null = null,
) {
  return {
    ...{ id, object: "chat.completion.chunk", created, model },
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    usage: null,
  }
}

/** Presents the tokens. Null if the provider doesn't tell. */
export function presentUsage({ input_tokens, output_tokens, cached_tokens }: CallUsage) {
  if (input_tokens === null || output_tokens === null) return null
  return {
    prompt_tokens: input_tokens,
    completion_tokens: output_tokens,
    total_tokens: input_tokens + output_tokens,
    prompt_tokens_details: { cached_tokens: cached_tokens ?? 0 },
  }
}

/** Presents citations in the order of their numbers: the mark [1] is the first. */
export function presentCitations(citations: readonly Citation[], origin: string): OpenAiCitation[] {
  return citations.map((citation) => {
    const { document_name, document_id, start, end, page, quote } = citation
    const url = origin + citationHref(citation)
    return { document: document_name, document_id, start, end, page, quote, url }
  })
}

import type { Context } from "hono"
import { answerEvents } from "../../platform/http/event-stream"
import { openAiError } from "../../platform/http/openai-error"
import type { Completion, Ended } from "./completions"
import { headingOf, presentChunk, presentCitations, presentUsage } from "./present"
import type { CompletionRequest } from "./schema"

/**
 * Streams an answer as chunks. Waits for its first text, so that a failure before that is an
 * answer with its own status. A later one is a line with an `error`, and no [DONE] follows.
 */
export async function streamCompletion(
  c: Context,
  request: CompletionRequest,
  completion: Completion,
): Promise<Response> {
  const pieces = textOf(completion)
  const first = await pieces.next()
  const ended = first.done ? await completion.ended : undefined
  if (ended?.error) throw ended.error
  const lines = linesOf(c, request, completion, first.value ?? "", pieces)
  return answerEvents(c, lines, () => completion.stop())
}

type Pieces = AsyncGenerator<string, void, void>

/** Yields each text as soon as it is there and the client ready for it. */
async function* textOf({ draft }: Completion): Pieces {
  for await (const text of draft.read(0)) if (text) yield text
}

async function* linesOf(
  c: Context,
  request: CompletionRequest,
  { draft, ended }: Completion,
  first: string,
  rest: Pieces,
): Pieces {
  const heading = headingOf(request.model)
  yield line(presentChunk(heading, { role: "assistant", content: "" })) +
    (first && line(presentChunk(heading, { content: first })))
  for await (const content of rest) yield line(presentChunk(heading, { content }))
  const { finish, usage, error }: Ended = await ended
  if (error) {
    yield line(openAiError(c, error))
    return
  }
  const citations = presentCitations(draft.citations, new URL(c.req.url).origin)
  const last = { ...presentChunk(heading, {}, finish), citations }
  yield line(last)
  if (request.stream_options?.include_usage) {
    yield line({ ...last, choices: [], usage: presentUsage(usage) })
  }
  yield "data: [DONE]\n\n"
}

const line = (data: object) => `data: ${JSON.stringify(data)}\n\n`

import type { Context } from "hono"
import { errorBody } from "../../platform/http/errors"
import { answerEvents } from "../../platform/http/event-stream"
import type { Generation } from "./generation"
import type { ChatEvents } from "./schema"

export function streamAnswer(c: Context, generation: Generation): Response {
  return answerEvents(c, linesOf(c, generation), () => generation.stop())
}

async function* linesOf(c: Context, generation: Generation): AsyncGenerator<string, void, void> {
  const { sessionId, userMessageId, answerId } = generation.turn
  const ids = { user_message_id: userMessageId, assistant_message_id: answerId }
  yield line("message", { session_id: sessionId, ...ids })
  let cited = 0
  let searched = generation.turn.begun?.metadata.searches?.length ?? 0
  for await (const text of generation.read()) {
    const { citations, searches } = generation
    for (const search of searches.slice(searched)) yield line("search", search)
    searched = searches.length
    if (text) yield line("delta", { text })
    if (citations.length > cited) yield line("citations", { citations: [...citations] })
    cited = citations.length
  }
  const { model, usage, stopped, error } = await generation.done
  if (error) {
    yield `event: error\ndata: ${JSON.stringify(errorBody(c, error))}\n\n`
    return
  }
  yield line("citations", { citations: [...generation.citations] })
  yield line("usage", { ...usage, model })
  yield line("done", { message_id: answerId, stopped })
}

function line<Name extends keyof ChatEvents>(event: Name, data: ChatEvents[Name]): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

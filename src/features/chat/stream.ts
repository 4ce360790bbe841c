import type { Context } from "hono"
import { errorBody } from "../../platform/http/errors"
import type { Generation } from "./generation"
import type { ChatEvents } from "./schema"

/** Comment lines keep proxies and idle timers from closing a stream while a model thinks. */
const HEARTBEAT_MS = 15_000

/** Creates each event when the client is ready for it, so a slow one gets fewer, larger pieces. */
export function streamAnswer(c: Context, generation: Generation): Response {
  const lines = linesOf(c, generation)
  const encoder = new TextEncoder()
  let beat: ReturnType<typeof setInterval> | undefined
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      const live = () => (stream.desiredSize ?? 0) > 0 && stream.enqueue(encoder.encode(":\n\n"))
      beat = setInterval(live, HEARTBEAT_MS)
    },
    async pull(stream) {
      const { value, done } = await lines.next()
      if (!done) return stream.enqueue(encoder.encode(value))
      clearInterval(beat)
      stream.close()
    },
    cancel() {
      clearInterval(beat)
      generation.stop()
    },
  })
  c.header("Content-Type", "text/event-stream")
  c.header("Cache-Control", "no-cache")
  return c.body(body)
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

import type { Context } from "hono"

/** Comment lines keep proxies and idle timers from closing a stream while a model thinks. */
const HEARTBEAT_MS = 15_000

/**
 * Answers with a stream of server-sent events. Takes each from `lines` when the client is ready for
 * it, so a slow one gets fewer, larger pieces. Calls `onLeave` if the client leaves early.
 */
export function answerEvents(
  c: Context,
  lines: AsyncGenerator<string, void, void>,
  onLeave: () => void,
): Response {
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
      onLeave()
    },
  })
  c.header("Content-Type", "text/event-stream")
  c.header("Cache-Control", "no-cache")
  return c.body(body)
}

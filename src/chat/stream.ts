import type { Context } from "hono"
import { streamSSE } from "hono/streaming"
import { beat } from "../events/stream"
import { errorBody } from "../http/errors"
import type { Generation } from "./generation"
import type { ChatEvents } from "./schema"

/**
 * The answer as server-sent events, each piece as soon as the client takes it. Whoever reads slowly
 * gets fewer and larger pieces: nothing is kept for them but the answer itself.
 */
export function streamAnswer(c: Context, generation: Generation): Response {
  return streamSSE(c, async (stream) => {
    const over = new AbortController()
    void beat(stream, over.signal)
    const send = <Name extends keyof ChatEvents>(event: Name, data: ChatEvents[Name]) =>
      stream.writeSSE({ event, data: JSON.stringify(data) })
    const { sessionId, userMessageId, answerId, model } = generation.turn
    await send("message", {
      session_id: sessionId,
      user_message_id: userMessageId,
      assistant_message_id: answerId,
    })
    for await (const text of generation.read()) await send("delta", { text })
    const { usage, stopped, error } = await generation.done
    over.abort()
    if (error) {
      await stream.writeSSE({ event: "error", data: JSON.stringify(errorBody(c, error)) })
      return
    }
    await send("citations", { citations: [] })
    await send("usage", { ...usage, model: model.id })
    await send("done", { message_id: answerId, stopped })
  })
}

import { createParser } from "eventsource-parser"

export type SseMessage = { event: string; data: string; id: string | undefined }

/** Drops an incomplete last message. Closes the connection when the reader stops early. */
export async function* readMessages(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<SseMessage, void, void> {
  const decoder = new TextDecoder()
  const messages: SseMessage[] = []
  const parser = createParser({
    onEvent: ({ event = "message", data, id }) => messages.push({ event, data, id }),
  })
  for await (const chunk of stream) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    yield* messages.splice(0)
  }
}

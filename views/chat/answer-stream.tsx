import type { SaidMessage } from "./message"

type StreamProps = { sessionId: string; messages: SaidMessage[] }

/**
 * Streams the answers that are being written. Each time has an id of its own: a page that gets a
 * newer state than its stream has sent must begin a new stream. The stream's end removes it.
 */
export function AnswerStream({ sessionId, messages }: StreamProps): JSX.Element {
  const answers = messages.flatMap((message) => [message, message.other_answer ?? []].flat())
  const growing = answers.filter(({ metadata }) => metadata.generating).map(({ id }) => id)
  if (growing.length === 0) return ""
  return (
    <div
      {...{ id: `stream-${Bun.randomUUIDv7()}`, "data-stream": true, hidden: true }}
      {...{ "hx-get": `/chat/${sessionId}/stream?answers=${growing.join(",")}` }}
      {...{ "hx-trigger": "load", "hx-swap": "none" }}
      hx-config="sse.reconnect:true sse.reconnectDelay:200"
    ></div>
  )
}

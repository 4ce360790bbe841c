export type SseMessage = { event: string; data: string; id: string | undefined }

/**
 * Cuts an event stream into its messages, wherever the chunks of the connection end: in a line, in
 * a CR LF or in a character. Comments and messages without data are left out, and one that the end
 * of the stream cuts off is dropped, as the HTML standard (9.2.6) says.
 */
export async function* readMessages(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<SseMessage, void, void> {
  const decoder = new TextDecoder()
  let rest = ""
  let fields: Fields = emptyFields()
  for await (const chunk of chunksOf(stream)) {
    rest += decoder.decode(chunk, { stream: true })
    // A CR at the very end may be the first half of a CR LF: it waits for the next chunk.
    const whole = rest.endsWith("\r") ? rest.slice(0, -1) : rest
    const lines = whole.split(/\r\n|\n|\r/)
    rest = (lines.pop() ?? "") + rest.slice(whole.length)
    for (const line of lines) {
      if (line !== "") addLine(fields, line)
      else {
        if (fields.data.length > 0) yield message(fields)
        fields = emptyFields()
      }
    }
  }
}

type Fields = { event: string; data: string[]; id: string | undefined }

function emptyFields(): Fields {
  return { event: "", data: [], id: undefined }
}

function addLine(fields: Fields, line: string): void {
  const colon = line.indexOf(":")
  const name = colon === -1 ? line : line.slice(0, colon)
  const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "")
  if (name === "event") fields.event = value
  if (name === "data") fields.data.push(value)
  if (name === "id" && !value.includes("\0")) fields.id = value
}

function message(fields: Fields): SseMessage {
  return { event: fields.event || "message", data: fields.data.join("\n"), id: fields.id }
}

/** Cancels the stream, and with it the connection, when its reader stops early. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

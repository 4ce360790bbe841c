/**
 * A process that speaks the Messages API: each answer is `tokens` pieces that say which question
 * they answer, `token_ms` apart, in as few writes as that allows. Prints its port; counts requests.
 */
export {}

const [tokens = 2000, token_ms = 0] = process.argv.slice(2).map(Number)

/** Pieces that go out together where there is no pause between them. */
const PIECES_A_WRITE = 20

const told = (type: string, data: object) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`

async function* answer(question: string, model: string): AsyncGenerator<string> {
  const usage = { input_tokens: 10, output_tokens: 1 }
  const head = { id: "msg", type: "message", role: "assistant", model, content: [], usage }
  const text = { type: "text", text: "" }
  yield told("message_start", { message: { ...head, stop_reason: null, stop_sequence: null } }) +
    told("content_block_start", { index: 0, content_block: text })
  const pieces_a_write = token_ms > 0 ? 1 : PIECES_A_WRITE
  for (let nth = 0; nth < tokens; nth += pieces_a_write) {
    if (token_ms > 0) await Bun.sleep(token_ms)
    let out = ""
    for (let at = nth; at < Math.min(tokens, nth + pieces_a_write); at++) {
      const delta = { type: "text_delta", text: ` ${question}.${at}` }
      out += told("content_block_delta", { index: 0, delta })
    }
    yield out
  }
  yield told("content_block_stop", { index: 0 }) +
    told("message_delta", {
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: tokens },
    }) +
    told("message_stop", {})
}

const encoder = new TextEncoder()
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  idleTimeout: 0,
  async fetch(request) {
    if (request.method === "GET") return new Response("Not known here.", { status: 404 })
    const { messages, model } = await request.json()
    const pieces = answer(messages.at(-1).content, model)
    const body = new ReadableStream({
      async pull(stream) {
        const { value, done } = await pieces.next()
        if (done) stream.close()
        else stream.enqueue(encoder.encode(value))
      },
    })
    return new Response(body, { headers: { "content-type": "text/event-stream" } })
  },
})
console.log(server.port)

import type { ChatEvent } from "../../src/ways-in/client/chat"
import { anthropicPeer } from "./anthropic-peer"
import { testServer } from "./server"

/** A server with a model behind a peer, and a session. */
export async function chatServer(
  options: Parameters<typeof anthropicPeer>[0] = {},
  settings: Record<string, string> = {},
) {
  const peer = await anthropicPeer(options)
  const server = await testServer({ settings: { ...modelAt(peer.url), ...settings } })
  const { id } = await server.client.createSession()
  return {
    ...{ peer, server, client: server.client, id },
    post: (path: string, body: object, headers = {}) =>
      server.fetch(path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "Content-Type": "application/json", ...headers },
      }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await peer.stop()
    },
  }
}

export const modelAt = (url: string) => ({
  ANTHROPIC_API_KEY: "sk-ant-test-0001",
  ANTHROPIC_BASE_URL: url,
})

/** Pieces of 40 characters that come one after another for about four seconds. */
export const slowAnswer = {
  text: "All is well that ends well, said nobody.".repeat(100),
  delay_ms: 40,
}

export type ChatStream = AsyncIterable<ChatEvent>

/** Reads on until there is a text. */
export async function firstText(stream: AsyncIterator<ChatEvent>): Promise<string> {
  for (;;) {
    const { value, done } = await stream.next()
    if (done) throw new Error("The stream ended without a text.")
    if (value.event === "delta") return value.data.text
  }
}

/** All that a stream tells, the deltas as one text. */
export async function whole(stream: ChatStream) {
  const events: ChatEvent[] = []
  let text = ""
  for await (const event of stream) {
    if (event.event === "delta") text += event.data.text
    else events.push(event)
  }
  return { events, text }
}

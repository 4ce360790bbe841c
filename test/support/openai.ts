import { OpenAI } from "openai"
import type { OpenAiCitation } from "../../src/features/openai/schema"
import { anthropicPeer, type MessagesRequest, sourcesIn } from "./anthropic-peer"
import { modelAt } from "./chat"
import { type TestServer, testServer } from "./server"

export const texts = {
  "handbook.md":
    "# Handbook\n\n## Sessions\n\nA session ends after 30 minutes without a request.\n\n## Exports\n\nExports must finish within 10 seconds. Larger ones are sent by mail.\n",
  "office.md": "# Office\n\nClara leads the office in Graz. Nobody may export without her.\n",
}
export type Cited = { citations: OpenAiCitation[] }

/** OpenAI's own client of this server, which asks once unless it is told otherwise. */
export function openAiClient({ url }: Pick<TestServer, "url">, apiKey = "none"): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 })
}

/** A server with a model behind a peer and two documents, and OpenAI's client of it. */
export async function openAiServer(
  options: Parameters<typeof anthropicPeer>[0] = {},
  settings: Record<string, string> = {},
) {
  const peer = await anthropicPeer(options)
  const server = await testServer({ settings: { ...modelAt(peer.url), ...settings } })
  const files = Object.entries(texts).map(([name, text]) => ({ name, content: new Blob([text]) }))
  const [handbook, office] = await server.client.uploadDocuments(files)
  return {
    ...{ peer, server, client: server.client, openai: openAiClient(server) },
    ids: { handbook: handbook?.id ?? "", office: office?.id ?? "" },
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

export const ask = (content: string) => [{ role: "user" as const, content }]

/** The number that the prompt gives to the passage with these words. */
export function numberOf(request: MessagesRequest, words: string): number | undefined {
  const prompt = { ...request, messages: request.messages.slice(-1) }
  return sourcesIn(prompt).find(({ text }) => text.includes(words))?.number
}

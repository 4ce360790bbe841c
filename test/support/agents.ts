import type { AgentInput } from "../../src/features/agents/schema"
import type { PublishedEvent } from "../../src/platform/events/event"
import type { Client } from "../../src/ways-in/client/client"
import { anthropicPeer, type MessagesRequest } from "./anthropic-peer"
import { testServer } from "./server"

const brief = `# Lantern

Users must be able to save a link with one key press.

## Limits

A list must never hold more than 500 links.
`
export const question = { input: { query: "What are the limits of a list?" } }

/** Adds a document, by default a brief that answers the question in its second passage. */
export async function addDocument(client: Client, name = "brief.md", text = brief) {
  const [document] = await client.uploadDocuments([{ name, content: new Blob([text]) }])
  return document!
}

/** A server with a model behind a peer, a document, and a way to make agents of it. */
export async function serverWithModel(options: Parameters<typeof anthropicPeer>[0] = {}) {
  const peer = await anthropicPeer(options)
  const settings = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  const server = await testServer({ settings })
  await addDocument(server.client)
  return {
    ...{ peer, server, client: server.client },
    agent: (more: Partial<AgentInput> = {}) =>
      server.client.createAgent({ name: "Scout", type: "discovery", ...more }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await peer.stop()
    },
  }
}

/** As above, with a model that answers when `release` is called. */
export async function heldModel() {
  const held = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<MessagesRequest>()
  const it = await serverWithModel({
    before: async (request) => {
      asked.resolve(request)
      await held.promise
    },
  })
  return {
    ...it,
    asked: asked.promise,
    release: held.resolve,
    async [Symbol.asyncDispose]() {
      held.resolve()
      await it[Symbol.asyncDispose]()
    },
  }
}

/** The events of record of an agent, from its first up to one of the type `last`. */
export async function recorded(
  client: Client,
  agentId: string,
  last: string,
): Promise<PublishedEvent[]> {
  const events: PublishedEvent[] = []
  for await (const event of client.events({ agentId, lastEventId: 0 })) {
    if (event.id !== null) events.push(event)
    if (event.type === last) break
  }
  return events
}

import { expect, test } from "bun:test"
import { type MessagesRequest, sourcesIn } from "./support/anthropic-peer"
import { chatServer, whole } from "./support/chat"
import { ollamaPeer } from "./support/ollama-peer"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

const clerk = {
  ...{ name: "Clerk", type: "custom" as const, system_prompt: "Answer as a clerk." },
  ...{ model: "anthropic/claude-haiku-5-5", max_tokens: 321 },
}
const office = "Clara leads the office in Graz."

const read = (request: MessagesRequest) => {
  const messages = request.messages.slice(-1)
  return sourcesIn({ ...request, messages }).map(({ text }) => text.trim())
}

async function withClerk() {
  const it = await chatServer({ answer: () => "Clara leads it [1]." })
  const texts = { "office.md": office, "exports.md": "Exports go to Graz by mail." }
  const files = Object.entries(texts).map(([name, text]) => ({ name, content: new Blob([text]) }))
  const [first] = await it.client.uploadDocuments(files)
  const sources = { context_sources: [first!.id] }
  const agent = await it.client.createAgent({ ...clerk, ...sources })
  return { ...it, agent, officeId: first!.id }
}

test("an agent answers a chat with its model, its instructions and its documents", async () => {
  await using it = await withClerk()
  const { client, id, peer, agent, officeId } = it
  const changes = { model: "amelia/agent:Clerk", system_prompt: "Rhyme." }
  expect(await client.updateSession(id, changes)).toMatchObject({
    model: `amelia/agent:${agent.id}`,
  })
  await whole(client.chat(id, { message: "Who is in Graz?" }))
  const [first] = peer.requests
  expect(first).toMatchObject({ model: "claude-haiku-5-5", max_tokens: 16_321 })
  expect(first?.system[0]?.text).toContain("Answer as a clerk.\n\nRhyme.")
  expect(read(first!)).toEqual([office])
  const [, answer] = await client.listMessages(id)
  const citations = [{ document_id: officeId, quote: office }]
  expect(answer?.metadata).toMatchObject({ agent: "Clerk", citations })

  await client.updateAgent(agent.id, { name: "Registrar", search_documents: false })
  await whole(client.chat(id, { message: "And now?" }))
  expect(peer.requests[1]?.tools).toBeUndefined()
  const named = (await client.listMessages(id)).map(({ metadata }) => metadata.agent)
  expect(named).toEqual([undefined, "Clerk", undefined, "Registrar"])
  expect(await (await it.server.fetch(`/chat/${id}`)).text()).toMatch(/<code[^>]*>Registrar</)
  const exported = await it.server.fetch(`/api/chat/sessions/${id}/export?format=markdown`)
  expect(await exported.text()).toContain("## Answer by Clerk, ")
})

test("an agent's temperature is used unless the chat has its own", async () => {
  await using peer = await ollamaPeer({ answer: () => "Yes." })
  await using server = await testServer({ settings: { OLLAMA_BASE_URL: peer.url } })
  const { client } = server
  const { id: agent } = await client.createAgent({ ...clerk, model: "auto", temperature: 0.3 })
  const { id } = await client.createSession({ model: `amelia/agent:${agent}` })
  await whole(client.chat(id, { message: "Hello" }))
  await client.updateSession(id, { temperature: 1 })
  await whole(client.chat(id, { message: "Hello" }))
  const sent = peer.requests.map(({ options }) => options?.temperature)
  expect(sent).toEqual([0.3, 1])
})

test("a question can add documents to those of its agent", async () => {
  await using it = await withClerk()
  const { client, id, peer } = it
  const [, exports] = (await client.listDocuments()).toSorted((a, b) => (a.name < b.name ? 1 : -1))
  await client.updateSession(id, { model: "amelia/agent:Clerk" })
  const asked = { message: "Who is in Graz?", use_rag: true, document_ids: [exports!.id] }
  await whole(client.chat(id, asked))
  expect(read(peer.requests[0]!).toSorted()).toEqual([office, "Exports go to Graz by mail."])
})

test("an agent that isn't there is refused, and one that was deleted says so", async () => {
  await using it = await withClerk()
  const { client, id, agent, peer } = it
  const nobody = rejection(client.updateSession(id, { model: "amelia/agent:Nobody" }))
  expect(await nobody).toMatchObject({ status: 400, message: 'There is no agent "Nobody".' })
  await client.updateSession(id, { model: `amelia/agent:${agent.id}` })
  await client.deleteAgent(agent.id)
  await whole(client.chat(id, { message: "Hello?" })).catch(() => {})
  const [, answer] = await client.listMessages(id)
  expect(answer?.metadata.error).toEqual({
    error: "AgentNotFoundError",
    message: "The agent of this chat was deleted. Choose who answers, and ask again.",
  })
  const page = await (await it.server.fetch(`/chat/${id}`)).text()
  expect(page).toMatch(/<code[^>]*>Deleted agent</)
  expect(peer.requests).toHaveLength(0)
})

test("a new chat begins with the agent that its address names", async () => {
  await using it = await withClerk()
  const { agent, server } = it
  const id = `amelia/agent:${agent.id}`
  expect(await (await server.fetch(`/agents/${agent.id}`)).text()).toContain(`/chat?model=${id}`)
  const chosen = new RegExp(`<option[^>]*value="${id}"[^>]*selected[^>]*>Clerk<`)
  expect(await (await server.fetch(`/chat?model=${id}`)).text()).toMatch(chosen)
  expect(await (await server.fetch("/chat?model=amelia/agent:x")).text()).not.toMatch(chosen)
})

import { expect, test } from "bun:test"
import { join } from "node:path"
import type { Citation } from "../src/platform/shapes/citation"
import type { Client } from "../src/ways-in/client/client"
import { sourcesIn } from "./support/anthropic-peer"
import { chatServer, slowAnswer, whole } from "./support/chat"
import { kept, testFolder } from "./support/folder"
import type { Reply } from "./support/model-peer"
import { testServer } from "./support/server"

// Chats that answer from the documents.

const handbook = `# Handbook

## Sessions

A session ends after 30 minutes without a request. Staff may extend it once.

## Exports

Exports must finish within 10 seconds. Larger ones are sent by mail.
`
const office = "# Office\n\nClara leads the office in Graz. Nobody may export without her.\n"

async function withDocuments(client: Client) {
  const files = { "handbook.md": handbook, "office.md": office }
  const uploaded = await client.uploadDocuments(
    Object.entries(files).map(([name, text]) => ({ name, content: new Blob([text]) })),
  )
  return { texts: files, ids: uploaded.map(({ id }) => id) }
}

const citationsIn = (events: { event: string; data: unknown }[]) =>
  events.flatMap(({ event, data }) =>
    event === "citations" ? [(data as { citations: Citation[] }).citations] : [],
  )

/** The number that the prompt gives to the passage with these words. */
const numberOf = (request: Parameters<typeof sourcesIn>[0], words: string) => {
  const text = request.messages.at(-1)?.content ?? ""
  const asked = { ...request, messages: [{ role: "user" as const, content: text }] }
  return sourcesIn(asked).find((source) => source.text.includes(words))?.number
}

test("an answer cites exact spans of the documents, told when complete and stored", async () => {
  await using it = await chatServer({
    answer: (request) =>
      `After half an hour idle a session ends [${numberOf(request, "30 minutes")}]. Ask Clara, who leads it [${numberOf(request, "Clara")}]. It costs 9 € [99].`,
  })
  const { client, id, peer } = it
  const { texts, ids } = await withDocuments(client)
  const message = "When does a session end, and who leads the office?"
  const { text, events } = await whole(client.chat(id, { message, use_rag: true }))
  expect(text).toBe(
    "After half an hour idle a session ends [1]. Ask Clara, who leads it [2]. It costs 9 €.",
  )
  const told = citationsIn(events)
  expect(told.at(-1)?.map(({ document_id, quote }) => [document_id, quote])).toEqual([
    [ids[0]!, "A session ends after 30 minutes without a request."],
    [ids[1]!, "Clara leads the office in Graz."],
  ])
  for (const { document_name, start, end, quote } of told.at(-1) ?? []) {
    expect(texts[document_name as keyof typeof texts].slice(start, end)).toBe(quote)
  }
  expect(events.map(({ event }) => event).slice(-3)).toEqual(["citations", "usage", "done"])
  const [asked, answered] = await client.listMessages(id)
  expect(asked?.metadata).toMatchObject({ use_rag: true })
  expect(answered?.metadata).toMatchObject({
    citations: told.at(-1)!,
    removed_citations: [{ number: 99, reason: "not_given" }],
    searches: [{ query: message }],
  })
  expect(peer.requests[0]?.messages.at(-1)?.content).toEndWith(`# Question\n${message}`)
})

test("named documents and folders are all that is read, and turn reading on", async () => {
  await using it = await chatServer({ answer: () => "I don't know." })
  const { client, id, peer } = it
  const { ids } = await withDocuments(client)
  await whole(
    client.chat(id, { message: "What about sessions and Clara?", document_ids: [ids[1]!] }),
  )
  const [first] = peer.requests
  expect(first?.messages[0]?.content).toContain("Clara leads")
  expect(first?.messages[0]?.content).not.toContain("30 minutes")
  await client.deleteDocument(ids[1]!)
  const { events } = await whole(
    client.chat(id, { message: "And Clara?", use_rag: false, document_ids: [ids[0]!] }),
  )
  expect(events.some(({ event }) => event === "search")).toBe(false)
})

test("a folder is read as it is when the question is asked", async () => {
  await using folder = await testFolder({ "notes/a.md": "# A\n\nThe gate opens at nine.\n" })
  await using it = await chatServer({ answer: () => "At nine." })
  const { client, id, peer } = it
  await withDocuments(client)
  await kept(client, folder.path)
  const folders = [join(folder.path, "notes")]
  await whole(client.chat(id, { message: "When does the gate open for Clara?", folders }))
  expect(peer.requests[0]?.messages[0]?.content).toContain("The gate opens at nine")
  expect(peer.requests[0]?.messages[0]?.content).not.toContain("Clara leads")
})

test("a follow-up question is searched for with what it goes on from", async () => {
  await using it = await chatServer({ answer: () => "Clara does [1]." })
  const { client, id, peer } = it
  await withDocuments(client)
  await whole(client.chat(id, { message: "Who leads the office?", use_rag: true }))
  const { events } = await whole(client.chat(id, { message: "And where is it?", use_rag: true }))
  const search = events.find(({ event }) => event === "search")
  expect(search?.data).toMatchObject({ query: expect.stringContaining("Who leads the office?") })
  const sent = peer.requests[1]?.messages ?? []
  expect(sent.at(-1)?.content).toContain("Clara leads the office in Graz.")
  // An old mark would name another source here, and old sources are not sent again.
  expect(sent.slice(0, 2).map(({ content }) => content)).toEqual([
    "Who leads the office?",
    "Clara does.",
  ])
})

test("a model can search further, and each search is told, recorded and paid for", async () => {
  const replies: Reply[] = [
    {
      text: "Let me look.",
      tool_calls: [{ name: "search_documents", input: '{"query": "exports mail seconds"}' }],
    },
    { text: "Larger exports are sent by mail [2]." },
  ]
  await using it = await chatServer({ answer: () => replies.shift() ?? "" })
  const { client, id, peer } = it
  const { ids } = await withDocuments(client)
  const { text, events } = await whole(
    client.chat(id, { message: "Who leads the office in Graz?", document_ids: [ids[1]!] }),
  )
  expect(text).toStartWith("Let me look.\n\nLarger exports are sent by mail")
  expect(events.flatMap(({ event, data }) => (event === "search" ? [data] : []))).toMatchObject([
    { query: "Who leads the office in Graz?", results: 1 },
    { query: "exports mail seconds", results: 1 },
  ])
  expect(peer.requests).toHaveLength(2)
  expect(events.find(({ event }) => event === "usage")?.data).toMatchObject({ input_tokens: 200 })
  const { llm } = await (await it.server.fetch("/metrics")).json()
  expect(llm.calls).toBe(2)
})

test("without a model the documents themselves answer", async () => {
  await using server = await testServer()
  const { client } = server
  await withDocuments(client)
  const { id } = await client.createSession()
  const asked = { message: "When does a session end?", use_rag: true }
  const { text, events } = await whole(client.chat(id, asked))
  expect(text).toContain("A session ends after 30 minutes without a request. [1]")
  expect(citationsIn(events).at(-1)?.[0]?.quote).toContain("A session ends after 30 minutes")
  const unknown = await whole(client.chat(id, { message: "Who won the race?", use_rag: true }))
  expect(unknown.text).toContain("Nothing in your documents answers this.")
})

test("a stopped answer keeps the citations of its text", async () => {
  await using it = await chatServer({
    answer: () => ({ ...slowAnswer, text: `Clara leads the office [1]. ${slowAnswer.text}` }),
  })
  const { client, id } = it
  const { ids } = await withDocuments(client)
  const stream = client.chat(id, { message: "Who leads?", document_ids: [ids[1]!] })
  for await (const { event } of stream) {
    if (event === "citations") break
  }
  const stopped = async () => {
    for (;;) {
      const answer = (await client.listMessages(id))[1]
      if (answer && !answer.metadata.generating) return answer
      await Bun.sleep(10)
    }
  }
  const { content, metadata } = await stopped()
  expect(content).toStartWith("Clara leads the office [1].")
  expect(metadata).toMatchObject({ stopped: true, citations: [{ number: 1 }] })
})

test("a question is worded anew as a branch, and answered again beside its first answer", async () => {
  let n = 0
  await using it = await chatServer({ answer: () => `Answer ${++n}.` })
  const { client, id, peer } = it
  await whole(client.chat(id, { message: "One" }))
  await whole(client.chat(id, { message: "Two" }))
  const [one, first, two] = await client.listMessages(id)
  await whole(client.chat(id, { message: "Two, better", parent_id: first!.id }))
  expect(peer.requests[2]?.messages.map(({ content }) => content)).toEqual([
    ...["One", "Answer 1.", "Two, better"],
  ])
  await whole(client.chat(id, { message: "New begin", parent_id: null }))
  expect(peer.requests[3]?.messages.map(({ content }) => content)).toEqual(["New begin"])
  const again = await it.post(`/api/chat/sessions/${id}/regenerate`, { message_id: two!.id })
  expect(await again.text()).toContain("Answer 5.")
  expect(peer.requests[4]?.messages.map(({ content }) => content)).toEqual([
    ...["One", "Answer 1.", "Two"],
  ])
  const messages = await client.listMessages(id)
  const answers = messages.filter(({ parent_id }) => parent_id === two!.id)
  expect(answers.map(({ content }) => content)).toEqual(["Answer 2.", "Answer 5."])
  expect(messages.filter(({ parent_id }) => parent_id === null)).toHaveLength(2)
  expect(one?.parent_id).toBeNull()
})

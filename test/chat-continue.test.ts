import { expect, test } from "bun:test"
import type { Citation } from "../src/platform/shapes/citation"
import { anthropicPeer, type MessagesRequest, sourcesIn } from "./support/anthropic-peer"
import { chatServer, firstText, modelAt, slowAnswer, whole } from "./support/chat"
import { freshHome } from "./support/database"
import type { Reply } from "./support/model-peer"
import { serveProcess } from "./support/process"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

const inTurn = (...replies: (Reply | string)[]) => ({ answer: () => replies.shift() ?? "" })

test("a stopped answer goes on in its place, and only the rest is streamed", async () => {
  await using it = await chatServer(inTurn(slowAnswer, " And so on."))
  const { client, id, peer } = it
  const stream = client.chat(id, { message: "Go" })
  await firstText(stream)
  await client.stopAnswer(id)
  await whole(stream)
  const [question, stopped] = await client.listMessages(id)
  expect(stopped!.metadata).toMatchObject({ stopped: true })

  const { text, events } = await whole(client.continueAnswer(id))
  expect(text).toBe(" And so on.")
  const ids = { user_message_id: question!.id, assistant_message_id: stopped!.id }
  expect(events[0]).toEqual({ event: "message", data: { session_id: id, ...ids } })
  expect(events.at(-1)).toEqual({
    ...{ event: "done", data: { message_id: stopped!.id, stopped: false } },
  })
  const { role, content } = stopped!
  expect(peer.requests[1]?.messages).toEqual([
    ...[{ role: "user", content: "Go" } as const, { role, content }],
    { role: "user", content: expect.stringContaining("exactly where it ends") },
  ])
  const messages = await client.listMessages(id)
  expect(messages).toHaveLength(2)
  expect(messages[1]).toMatchObject({ id: stopped!.id, content: `${content} And so on.` })
  expect(messages[1]!.metadata).not.toHaveProperty("stopped")

  expect(await rejection(whole(client.continueAnswer(id)))).toMatchObject({
    ...{ status: 400, name: "WorkflowStateError", details: { verb: "continue" } },
  })
  const asked = rejection(whole(client.continueAnswer(id, { message_id: question!.id })))
  expect(await asked).toMatchObject({ status: 400, name: "ValidationError" })
  const nobody = rejection(whole(client.continueAnswer(id, { message_id: id })))
  expect(await nobody).toMatchObject({ status: 400, name: "ValidationError" })
})

test("an answer that broke off goes on, with its usage added up, and can break off again", async () => {
  const broken: Reply = { fault: "error_event", after: "One, " }
  const usage = { input_tokens: 7, output_tokens: 3 }
  await using it = await chatServer(inTurn(broken, broken, { text: "two.", usage }))
  const { client, id } = it
  await rejection(whole(client.chat(id, { message: "Count" })))
  await rejection(whole(client.continueAnswer(id)))
  const [, twice] = await client.listMessages(id)
  expect(twice).toMatchObject({ content: "One, One, ", metadata: { error: {} } })
  await whole(client.continueAnswer(id))
  const [, answer] = await client.listMessages(id)
  expect(answer!.content).toBe("One, One, two.")
  expect(answer!.metadata).not.toHaveProperty("error")
  // What a broken call used nobody knows.
  expect(answer!.metadata.usage).toMatchObject({ output_tokens: null, cost_usd: null })
  expect(answer!.metadata.duration_s).toBeGreaterThanOrEqual(twice!.metadata.duration_s!)
  const { llm } = await (await it.server.fetch("/metrics")).json()
  expect(llm.calls).toBe(3)
})

const source = `# Leases

A lease ends after 30 seconds.

# Renewal

A lease is renewed every 10 seconds by its holder.

# Loss

A lease that isn't renewed is taken over by another process.
`

test("its citations stay and are numbered on, and code that was begun stays code", async () => {
  const begun = "A lease ends after 30 seconds [1].\n\n```js\nconst first = row"
  const numberOf = (request: MessagesRequest, words: string) =>
    sourcesIn(request).find(({ text }) => text.includes(words))?.number
  await using it = await chatServer({
    answer: (request) =>
      request.messages.length === 1
        ? { fault: "error_event", after: begun.replace("[1]", `[${numberOf(request, "ends")}]`) }
        : `[1]\n\`\`\`\n\nA lease is renewed every 10 seconds by its holder [${numberOf(request, "renewed every")}]. Made up [99].`,
  })
  const { client, id, peer } = it
  await client.uploadDocuments([{ name: "leases.md", content: new Blob([source]) }])
  await rejection(whole(client.chat(id, { message: "How long is a lease?", use_rag: true })))
  const [, broken] = await client.listMessages(id)
  expect(broken!.content).toBe(begun)
  const { text, events } = await whole(client.continueAnswer(id))
  expect(text).toBe("[1]\n```\n\nA lease is renewed every 10 seconds by its holder [2]. Made up.")
  expect(events.filter(({ event }) => event === "search")).toHaveLength(1)
  const [, answer] = await client.listMessages(id)
  expect(answer!.content).toBe(begun + text)
  const { citations, searches, removed_citations } = answer!.metadata
  expect(citations.map((it: Citation) => [it.number, source.slice(it.start, it.end)])).toEqual(
    citations.map((it: Citation) => [it.number, it.quote]),
  )
  expect(citations.map(({ quote }) => quote)).toEqual([
    ...["A lease ends after 30 seconds", "A lease is renewed every 10 seconds by its holder"],
  ])
  expect(removed_citations).toEqual([{ number: 99, reason: "not_given" }])
  expect(searches).toHaveLength(2)
  // The model sees its own words without the marks of other sources, after the question's.
  const [asked, said] = peer.requests[1]!.messages
  expect(asked!.content).toStartWith("# Sources")
  expect(said!.content).toStartWith("A lease ends after 30 seconds.\n")
})

test("an answer that a killed server left goes on after the next start", async () => {
  await using home = await freshHome()
  const replies = [slowAnswer, " The end."]
  await using peer = await anthropicPeer({ answer: () => replies.shift() ?? "" })
  const env = modelAt(peer.url)
  const first = await serveProcess({ home: home.home, env })
  const { id } = await first.client.createSession()
  const stream = first.client.chat(id, { message: "Go" })
  await firstText(stream)
  const gone = rejection(whole(stream))
  first.kill()
  await gone
  await using next = await serveProcess({ home: home.home, env })
  const [, broken] = await next.client.listMessages(id)
  expect(broken!.metadata.error).toBeDefined()
  await whole(next.client.continueAnswer(id))
  const [, answer] = await next.client.listMessages(id)
  expect(answer!.content).toBe(`${broken!.content} The end.`)
  expect(answer!.metadata).not.toHaveProperty("error")
})

test("an answer that goes on is saved, stopped and shown like any other", async () => {
  await using it = await chatServer(inTurn({ fault: "error_event", after: "So: " }, slowAnswer))
  const { client, id } = it
  await rejection(whole(client.chat(id, { message: "Go" })))
  const stream = client.continueAnswer(id)
  await firstText(stream)
  const [, growing] = await client.listMessages(id)
  expect(growing!.content).toStartWith("So: All is well")
  expect(growing!.metadata).toMatchObject({ generating: true })
  for (const refused of [client.continueAnswer(id), client.chat(id, { message: "Me too" })]) {
    expect((await rejection(whole(refused))).name).toBe("AlreadyRunningError")
  }
  await client.stopAnswer(id)
  const { events } = await whole(stream)
  expect(events.at(-1)).toMatchObject({ event: "done", data: { stopped: true } })
  const [, answer] = await client.listMessages(id)
  expect(answer!.content).toStartWith("So: All is well")
  expect(answer!.metadata).toMatchObject({ stopped: true })
})

test("two that continue the same answer at once don't both write it", async () => {
  const release = Promise.withResolvers<void>()
  let asked = 0
  await using it = await chatServer({
    before: () => (asked++ > 0 ? release.promise : undefined),
    ...inTurn({ fault: "error_event", after: "So: " }, "well.", "well."),
  })
  const { client, id, peer } = it
  await rejection(whole(client.chat(id, { message: "Go" })))
  const refused: string[] = []
  const both = [1, 2].map(() =>
    whole(client.continueAnswer(id)).catch((error) => {
      refused.push(error.name)
      release.resolve()
    }),
  )
  await Promise.all(both)
  expect(refused).toEqual(["AlreadyRunningError"])
  expect(peer.requests).toHaveLength(2)
  expect((await client.listMessages(id))[1]).toMatchObject({ content: "So: well." })
})

test("without a model an answer doesn't go on, and what there is of it stays", async () => {
  await using server = await testServer()
  const { id } = await server.client.importSession({
    ...{ format: "amelia-chat", version: 1, session: {} },
    messages: [
      { id: "q", parent_id: null, role: "user", content: "Go" },
      {
        ...{ id: "a", parent_id: "q", role: "assistant", content: "So " },
        metadata: { stopped: true },
      },
    ],
  })
  const refused = await rejection(whole(server.client.continueAnswer(id)))
  expect(refused).toMatchObject({ name: "ServiceUnavailableError" })
  expect((await server.client.listMessages(id))[1]).toMatchObject({ content: "So " })
})

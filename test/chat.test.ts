import { expect, test } from "bun:test"
import { anthropicPeer } from "./support/anthropic-peer"
import { chatServer, whole } from "./support/chat"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

test("a session is created, listed, changed and deleted with its messages", async () => {
  await using server = await testServer()
  const { client } = server
  const empty = await server.fetch("/api/chat/sessions", { method: "POST" })
  expect(empty.status).toBe(201)
  const first = await empty.json()
  expect(first).toMatchObject({ title: "New Chat", model: "auto", message_count: 0, cost_usd: 0 })
  const second = await client.createSession({ title: "Plans", model: "offline" })
  expect(await client.listSessions()).toEqual([second, first])
  expect(await client.listSessions({ limit: 1 })).toEqual([second])
  const changed = await client.updateSession(first.id, { title: "Ideas", model: "offline" })
  expect(changed).toMatchObject({ title: "Ideas", model: "offline" })
  expect(await client.updateSession(first.id, { model: null })).toMatchObject({ model: "auto" })
  await whole(client.chat(first.id, { message: "Hello" }))
  expect(await client.deleteSession(first.id)).toEqual({ status: "deleted" })
  expect(await client.listSessions()).toEqual([second])
  expect((await rejection(client.listMessages(first.id))).name).toBe("SessionNotFoundError")
})

test("an answer streams ids, text, citations, usage and end, and is stored with its call", async () => {
  await using it = await chatServer({ answer: () => "Forty-two, as everybody knows by now." })
  const { client, id } = it
  const message = "What is  the answer?\nAnd why?"
  const response = await it.post(`/api/chat/sessions/${id}/stream`, { message, use_rag: false })
  expect(response.headers.get("content-type")).toStartWith("text/event-stream")
  expect(response.headers.get("content-encoding")).toBeNull()
  const told = (await response.text()).trim().split("\n\n")
  expect(told.map((it) => it.split("\n")[0])).toEqual([
    ...["event: message", "event: delta", "event: citations", "event: usage", "event: done"],
  ])
  const [ids, , citations, usage, done] = told.map((it) => JSON.parse(it.split("data: ")[1] ?? ""))
  const messages = await client.listMessages(id)
  expect(messages.map(({ id }) => id)).toEqual([ids.user_message_id, ids.assistant_message_id])
  expect(messages).toMatchObject([
    { session_id: id, role: "user", content: message },
    { session_id: id, role: "assistant", content: "Forty-two, as everybody knows by now." },
  ])
  const { model, ...counted } = usage
  expect(messages[1]?.metadata).toEqual({
    ...{ citations: [], usage: counted, model, duration_s: expect.any(Number) },
  })
  expect(counted).toMatchObject({ input_tokens: 100, output_tokens: 10, trimmed_messages: 0 })
  expect(model).toBe("anthropic/claude-sonnet-5-5")
  expect(citations).toEqual({ citations: [] })
  expect(done).toEqual({ message_id: ids.assistant_message_id, stopped: false })
  expect(await client.getSession(id)).toMatchObject({
    ...{ title: "What is the answer?", message_count: 2, cost_usd: 0.0003 },
  })
  const { llm } = await (await it.server.fetch("/metrics")).json()
  expect(llm).toMatchObject({ calls: 1, input_tokens: 100, output_tokens: 10 })
  const history = await it.server.fetch("/api/events/history?types=chat.message")
  expect(
    (await history.json()).map(({ id, data }: { id: number; data: object }) => [id, data]),
  ).toEqual([
    [1, { session_id: id, message_id: ids.user_message_id, role: "user" }],
    [2, { session_id: id, message_id: ids.assistant_message_id, role: "assistant" }],
  ])
})

test("a model gets the earlier messages, or the newest ones of a long history", async () => {
  await using it = await chatServer({ answer: ({ messages }) => `Answer ${messages.length}.` })
  const { client, id, peer } = it
  const long = (word: string) => `${word} `.repeat(120_000 / (word.length + 1))
  for (const message of ["One", long("two"), long("three")]) {
    await whole(client.chat(id, { message }))
  }
  expect(
    peer.requests[2]?.messages.map(({ role, content }) => [role, content.slice(0, 9)]),
  ).toEqual([
    ...[
      ["user", "One"],
      ["assistant", "Answer 1."],
      ["user", "two two t"],
    ],
    ...[
      ["assistant", "Answer 3."],
      ["user", "three thr"],
    ],
  ])
  const { events } = await whole(client.chat(id, { message: long("four") }))
  expect(peer.requests[3]?.messages.map(({ content }) => content.slice(0, 9))).toEqual([
    ...["three thr", "Answer 5.", "four four"],
  ])
  expect(events).toContainEqual({
    event: "usage",
    data: expect.objectContaining({ trimmed_messages: 4 }),
  })
  const messages = await client.listMessages(id, { limit: 3 })
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"])
  const rest = await client.listMessages(id, { after: messages[2]?.id })
  expect(rest.map(({ content }) => content.slice(0, 9))).toEqual([
    ...["Answer 3.", "three thr", "Answer 5.", "four four", "Answer 3."],
  ])
  expect(rest.at(-1)?.metadata.usage?.trimmed_messages).toBe(4)
})

test("without a model the answer says that none was used, and costs nothing", async () => {
  await using server = await testServer()
  const { id } = await server.client.createSession()
  const { text, events } = await whole(server.client.chat(id, { message: "Hello" }))
  expect(text).toStartWith("extractive: no language model was used")
  expect(events).toContainEqual({
    event: "usage",
    data: expect.objectContaining({ model: "offline", cost_usd: 0 }),
  })
  expect(await server.client.getSession(id)).toMatchObject({ cost_usd: 0, message_count: 2 })
})

test("an error before the stream begins is a plain response, and nothing is stored", async () => {
  await using it = await chatServer()
  const { client, id } = it
  const nobody = Bun.randomUUIDv7()
  const cases: [string, object, number, string][] = [
    [id, { message: " " }, 400, "ValidationError"],
    [id, { message: "Hi", document_ids: [nobody] }, 404, "DocumentNotFoundError"],
    [id, { message: "Hi", folders: ["/nowhere"] }, 400, "ValidationError"],
    [id, { message: "Hi", parent_id: nobody }, 400, "ValidationError"],
    [id, { message: "Hi", typo: 1 }, 400, "ValidationError"],
    [nobody, { message: "Hi" }, 404, "SessionNotFoundError"],
    ["1", { message: "Hi" }, 404, "SessionNotFoundError"],
  ]
  for (const [session, body, status, error] of cases) {
    const response = await it.post(`/api/chat/sessions/${session}/stream`, body)
    expect([response.status, await response.json()]).toMatchObject([status, { error }])
  }
  const refusals = [
    client.createSession({ model: "nobody/nothing" }),
    client.updateSession(id, { model: "nobody/nothing" }),
    client.updateSession(id, { title: " " }),
    client.stopAnswer(id),
  ].map(rejection)
  expect((await Promise.all(refusals)).map((it) => it.name)).toEqual([
    ...["ValidationError", "ValidationError", "ValidationError", "WorkflowStateError"],
  ])
  expect(await client.listMessages(id)).toEqual([])
  expect(it.peer.requests).toEqual([])
})

test("messages over RATE_LIMIT_MESSAGES are rejected with the time to wait", async () => {
  await using it = await chatServer({}, { RATE_LIMIT_MESSAGES: "2/minute" })
  const send = () => it.post(`/api/chat/sessions/${it.id}/stream`, { message: "Hi" })
  for (const _ of [1, 2]) await (await send()).text()
  const refused = await send()
  expect(refused.status).toBe(429)
  // A busy machine may have taken some of the 30 seconds for the answers.
  expect(refused.headers.get("retry-after")).toMatch(/^(?:30|[12]?\d)$/)
  expect(await refused.json()).toMatchObject({ details: { limit: "2/minute", provider: null } })
  expect(await it.client.listMessages(it.id)).toHaveLength(4)
})

test("concurrent answers to many sessions arrive complete and separate", async () => {
  const answerTo = (question: string) => `${question} `.repeat(500)
  await using peer = await anthropicPeer({
    answer: ({ messages }) => ({ text: answerTo(messages.at(-1)!.content), delay_ms: 1 }),
  })
  const settings = { PROVIDER_CONCURRENCY: "12", ANTHROPIC_BASE_URL: peer.url }
  await using it = await chatServer({}, settings)
  const questions = Array.from({ length: 12 }, (_, nth) => `question-${nth}`)
  const answers = questions.map(async (message) => {
    const { id } = await it.client.createSession()
    const { text } = await whole(it.client.chat(id, { message }))
    const stored = await it.client.listMessages(id)
    expect(stored.map(({ content }) => content)).toEqual([message, text])
    return text
  })
  expect(await Promise.all(answers)).toEqual(questions.map(answerTo))
})

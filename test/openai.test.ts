import { expect, test } from "bun:test"
import { slowAnswer } from "./support/chat"
import type { Reply } from "./support/model-peer"
import { ask, type Cited, numberOf, openAiServer, texts } from "./support/openai"

// What OpenAI's own client gets from /v1.

const sonnet = "anthropic/claude-sonnet-5-5"

test("models, documents and agents are listed, and each is found by its id", async () => {
  await using it = await openAiServer()
  const { client, openai } = it
  const config = { type: "custom", system_prompt: "Be brief." } as const
  const old = await client.createAgent({ name: "Clerk / Graz", ...config })
  await client.createAgent({ name: "Clerk / Graz", ...config })
  const listed = (await Array.fromAsync(openai.models.list())).map(({ id }) => id)
  expect(listed).toEqual(
    expect.arrayContaining([
      ...["amelia/documents", "amelia/agent:Clerk / Graz", `amelia/agent:${old.id}`],
      ...[sonnet, "offline"],
    ]),
  )
  expect(listed.some((id) => id.startsWith("openrouter/"))).toBe(false)
  for (const id of listed) {
    expect(await openai.models.retrieve(id)).toMatchObject({ id, object: "model" })
  }
  expect(await (await it.server.fetch(`/v1/models/${sonnet}`)).json()).toMatchObject({ id: sonnet })
})

test("a model gets the messages as they are, and answers whole or in a stream", async () => {
  await using it = await openAiServer({ answer: () => "Forty-two, as everybody knows by now." })
  const { openai, peer } = it
  const asked = {
    ...{ model: sonnet, max_tokens: 77, user: "u1", seed: 3, top_p: 1, n: 1, tools: [] },
    messages: [
      { role: "system" as const, content: "Be brief." },
      { role: "user" as const, content: "One" },
      { role: "assistant" as const, content: "Answer [1]." },
      { role: "developer" as const, content: [{ type: "text" as const, text: "Be kind." }] },
      { role: "user" as const, content: [{ type: "text" as const, text: "Two" }] },
    ],
  }
  const whole = await openai.chat.completions.create(asked)
  expect(whole).toMatchObject({
    ...{ object: "chat.completion", model: sonnet, citations: [] },
    choices: [
      {
        ...{ index: 0, finish_reason: "stop" },
        message: { role: "assistant", content: "Forty-two, as everybody knows by now." },
      },
    ],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
  })
  expect(peer.requests[0]).toMatchObject({
    ...{ model: "claude-sonnet-5-5", system: [{ text: "Be brief.\n\nBe kind." }] },
    messages: [{ content: "One" }, { content: "Answer [1]." }, { content: "Two" }],
  })
  const options = { stream: true, stream_options: { include_usage: true } } as const
  const chunks = await Array.fromAsync(
    await openai.chat.completions.create({ ...asked, ...options }),
  )
  expect(chunks.map(({ choices: [choice] }) => choice?.delta.content ?? "").join("")).toBe(
    "Forty-two, as everybody knows by now.",
  )
  expect(chunks[0]?.choices[0]?.delta).toMatchObject({ role: "assistant" })
  expect(chunks.slice(-2)).toMatchObject([
    { choices: [{ delta: {}, finish_reason: "stop" }], usage: null, citations: [] },
    { choices: [], usage: { total_tokens: 110 } },
  ])
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
  const { llm } = await (await it.server.fetch("/metrics")).json()
  expect(llm).toMatchObject({ calls: 2, input_tokens: 200, output_tokens: 20 })
  expect(await it.client.listSessions()).toEqual([])
})

test("without a system message none is sent, and a bare stream ends with [DONE]", async () => {
  await using it = await openAiServer({ answer: () => "Hello." })
  const body = { model: "auto", messages: ask("Hi"), stream: true }
  const response = await it.post("/v1/chat/completions", body)
  expect(response.headers.get("content-type")).toStartWith("text/event-stream")
  const lines = (await response.text()).trim().split("\n\n")
  expect(lines.at(-1)).toBe("data: [DONE]")
  expect(it.peer.requests[0]?.system).toBeUndefined()
})

test("documents answer with exact citations, whole and in the last chunk of a stream", async () => {
  await using it = await openAiServer({
    answer: (request) =>
      `After half an hour idle a session ends [${numberOf(request, "30 minutes")}]. Ask Clara, who leads it [${numberOf(request, "Clara")}]. It costs 9 € [99].`,
  })
  const { openai, ids, server } = it
  const messages = [
    { role: "user" as const, content: "Hello" },
    { role: "assistant" as const, content: "Clara does [1]." },
    ...ask("When does a session end, and who leads the office?"),
  ]
  const asked = { model: "amelia/documents", messages }
  const whole = await openai.chat.completions.create(asked)
  expect(whole.choices[0]?.message.content).toBe(
    "After half an hour idle a session ends [1]. Ask Clara, who leads it [2]. It costs 9 €.",
  )
  const { citations } = whole as unknown as Cited
  expect(citations.map(({ document, quote }) => [document, quote])).toEqual([
    ["handbook.md", "A session ends after 30 minutes without a request."],
    ["office.md", "Clara leads the office in Graz."],
  ])
  for (const { document, document_id, start, end, quote, url, page } of citations) {
    expect(texts[document as keyof typeof texts].slice(start, end)).toBe(quote)
    expect(page).toBeNull()
    const at = `/documents/${document_id}?start=${start}&end=${end}&version=1#passage`
    expect(url).toBe(server.url + at)
    const opened = await fetch(url, { headers: { Accept: "text/html" } })
    expect(await opened.text()).toContain('id="passage"')
  }
  expect(citations.map(({ document_id }) => document_id)).toEqual([ids.handbook, ids.office])
  const stream = await openai.chat.completions.create({ ...asked, stream: true })
  const chunks = await Array.fromAsync(stream)
  expect((chunks.at(-1) as unknown as Cited).citations).toEqual(citations)
  const sent = it.peer.requests[1]?.messages.map(({ content }) => content)
  expect(sent?.slice(0, 2)).toEqual(["Hello", "Clara does."])
})

test("an agent answers with its instructions, documents and limits, and searches if it may", async () => {
  const looking: Reply = {
    text: "Let me look.",
    tool_calls: [{ name: "search_documents", input: '{"query": "exports mail seconds"}' }],
  }
  const replies: Reply[] = [looking, { text: "By mail." }, { text: "By mail [1]." }]
  await using it = await openAiServer({ answer: () => replies.shift() ?? "" })
  const { client, openai, ids, peer } = it
  const { id } = await client.createAgent({
    ...{ name: "Clerk", type: "custom", system_prompt: "Answer as a clerk.", max_tokens: 321 },
    ...{ model: "anthropic/claude-haiku-5-5", context_sources: [ids.office] },
  })
  const messages = [{ role: "system" as const, content: "Rhyme." }, ...ask("Who is in Graz?")]
  const found = await openai.chat.completions.create({ model: "amelia/agent:Clerk", messages })
  expect(found.choices[0]?.message.content).toBe("Let me look.\n\nBy mail.")
  expect(found.usage?.prompt_tokens).toBe(200)
  const [first] = peer.requests
  expect(first).toMatchObject({ model: "claude-haiku-5-5", tools: [{ name: "search_documents" }] })
  expect(first?.system[0]?.text).toContain("Answer as a clerk.\n\nRhyme.")
  expect(first?.messages[0]?.content).toContain("Clara leads the office")
  expect(first?.messages[0]?.content).not.toContain("Exports must finish")
  await client.updateAgent(id, { search_documents: false })
  await openai.chat.completions.create({ model: `amelia/agent:${id}`, messages })
  expect(peer.requests[2]?.tools).toBeUndefined()
})

test("an answer that reaches max_tokens ends with length, and its call is paid for", async () => {
  const cut = { text: "All is w", stop_reason: "max_tokens" }
  await using it = await openAiServer({ answer: () => cut })
  const asked = { model: sonnet, messages: ask("Hi"), max_completion_tokens: 2 }
  const { choices, usage } = await it.openai.chat.completions.create(asked)
  expect(choices[0]).toMatchObject({ finish_reason: "length", message: { content: "All is w" } })
  expect(usage?.completion_tokens).toBe(2)
  const totals = await (await it.server.fetch("/api/calls/totals")).json()
  expect(totals).toMatchObject([{ calls: 1, cost_usd: expect.any(Number) }])
})

test("a JSON Schema reaches the model, and the answer is its JSON", async () => {
  await using it = await openAiServer({ answer: () => '{"city":"Graz"}' })
  const properties = { city: { type: "string" } }
  const schema = { type: "object", properties, required: ["city"], additionalProperties: false }
  const response_format = { type: "json_schema" as const, json_schema: { name: "place", schema } }
  const asked = { model: sonnet, messages: ask("Where?"), response_format }
  const { choices } = await it.openai.chat.completions.create(asked)
  expect(JSON.parse(choices[0]?.message.content ?? "")).toEqual({ city: "Graz" })
  expect(it.peer.requests[0]?.output_config?.format.schema).toMatchObject(schema)
})

test("a client that leaves ends the call to the model, whole or streamed", async () => {
  const asked = Promise.withResolvers<AbortSignal>()
  await using it = await openAiServer({
    before: ({ disconnected }) => asked.resolve(disconnected),
    answer: () => slowAnswer,
  })
  const { openai, peer } = it
  const gone = (signal?: AbortSignal) =>
    new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()))
  const leaving = new AbortController()
  const question = { model: sonnet, messages: ask("Go") }
  const waiting = openai.chat.completions.create(question, { signal: leaving.signal })
  const left = gone(await asked.promise)
  leaving.abort()
  await Promise.allSettled([waiting, left])
  for await (const _ of await openai.chat.completions.create({ ...question, stream: true })) break
  await gone(peer.requests[1]?.disconnected)
})

test("without a model the documents themselves answer", async () => {
  await using it = await openAiServer({}, { DEFAULT_MODEL: "offline" })
  const asked = { model: "amelia/documents", messages: ask("When does a session end?") }
  const whole = await it.openai.chat.completions.create(asked)
  expect(whole.choices[0]?.message.content).toContain(
    "A session ends after 30 minutes without a request. [1]",
  )
  expect((whole as unknown as Cited).citations[0]?.document).toBe("handbook.md")
  const bare = await it.openai.chat.completions.create({ ...asked, model: "offline" })
  expect(bare.choices[0]?.message.content).toContain("ask amelia/documents")
})

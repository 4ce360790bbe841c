import { afterAll, beforeAll, expect, test } from "bun:test"
import { APIError } from "openai"
import { slowAnswer } from "./support/chat"
import type { Reply } from "./support/model-peer"
import { ask, openAiClient, openAiServer } from "./support/openai"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

// What clients of /v1 are told when something is wrong, in OpenAI's shape.

const sonnet = "anthropic/claude-sonnet-5-5"
const question = { model: sonnet, messages: ask("Hi") }
const image = { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } }
const format = (type: string, more = {}) => ({ response_format: { type, ...more } })
const shape = { json_schema: { name: "x", schema: { type: "object", properties: {} } } }

let shared: Awaited<ReturnType<typeof openAiServer>>
beforeAll(async () => {
  shared = await openAiServer()
})
afterAll(() => shared[Symbol.asyncDispose]())

test.each<[string, object, string]>([
  ["several answers", { n: 2 }, "n"],
  ["tools", { tools: [{ type: "function", function: { name: "f" } }] }, "tools"],
  ["a tool's message", { messages: [{ role: "tool", content: "4" }] }, "messages.0.role"],
  [
    "an image",
    { messages: [{ role: "user", content: [{ type: "text", text: "?" }, image] }] },
    "messages.0.content.1.type",
  ],
  ["no message", { messages: [] }, "messages"],
  ["nothing to answer", { messages: [{ role: "system", content: "Hi" }] }, "messages"],
  ["stop sequences", { stop: ["\n"] }, "stop"],
  ["log probabilities", { logprobs: true }, "logprobs"],
  ["JSON of any shape", format("json_object"), "response_format.type"],
  [
    "JSON from documents",
    { model: "amelia/documents", ...format("json_schema", shape) },
    "response_format",
  ],
  ["a temperature of 3", { temperature: 3 }, "temperature"],
])("%s can't be asked for: 400 names the field", async (_, more, param) => {
  const given = await shared.post("/v1/chat/completions", { ...question, ...more })
  const { error, ...rest } = await given.json()
  expect([given.status, rest]).toEqual([400, {}])
  expect(error).toEqual({
    ...{ message: expect.stringMatching(/^\S.*\.$/), type: "invalid_request_error", param },
    code: "ValidationError",
  })
})

test("an unknown model, agent or path is 404", async () => {
  const { openai, server } = shared
  for (const model of ["gpt-9", "anthropic/nothing", "amelia/agent:Nobody", "amelia/nothing"]) {
    const refused = { status: 404, code: "model_not_found", param: "model" }
    const wanted = openai.chat.completions.create({ ...question, model })
    expect(await rejection(wanted)).toMatchObject(refused)
    expect(await rejection(openai.models.retrieve(model) as Promise<unknown>)).toMatchObject(
      refused,
    )
  }
  const nothing = await server.fetch("/v1/responses", { headers: { Accept: "text/html" } })
  expect([nothing.status, (await nothing.json()).error.code]).toEqual([404, "NotFoundError"])
})

test("without an embedding model 503 says why, and when to try again", async () => {
  const given = await shared.post("/v1/embeddings", { model: "tiny/one", input: "bread" })
  expect([given.status, given.headers.get("retry-after")]).toEqual([503, "1"])
  const { error } = await given.json()
  expect(error).toMatchObject({ type: "server_error", code: "ServiceUnavailableError" })
  expect(error.message).toStartWith("No embedding model is ready: ")
  const tokens = await shared.post("/v1/embeddings", { model: "tiny/one", input: [1, 2] })
  expect((await tokens.json()).error).toMatchObject({ param: "input.0" })
})

test("messages over RATE_LIMIT_MESSAGES get 429 with the time to wait", async () => {
  await using it = await openAiServer({}, { RATE_LIMIT_MESSAGES: "2/minute" })
  for (const _ of [1, 2]) await it.openai.chat.completions.create(question)
  const refused = await rejection(it.openai.chat.completions.create(question) as Promise<unknown>)
  expect(refused).toMatchObject({ status: 429, code: "rate_limit_exceeded" })
  // A busy machine may have taken some of the 30 seconds for the answers.
  expect((refused as APIError).headers?.get("retry-after")).toMatch(/^(?:30|[12]?\d)$/)
})

test("a spent budget is 402, and nothing is asked", async () => {
  await using it = await openAiServer({}, { BUDGET_DAY_USD: "0" })
  for (const stream of [false, true]) {
    const wanted = it.openai.chat.completions.create({ ...question, stream })
    const refused = { status: 402, code: "insufficient_quota", type: "insufficient_quota" }
    expect(await rejection(wanted as Promise<unknown>)).toMatchObject(refused)
  }
  expect(it.peer.requests).toEqual([])
})

test.each([false, true])(
  "a provider that refuses is 502, and not asked again (streamed: %p)",
  async (stream) => {
    await using it = await openAiServer({ answer: () => ({ status: 401 }) })
    const patient = it.openai.withOptions({ maxRetries: 2 })
    const wanted = patient.chat.completions.create({ ...question, stream })
    expect(await rejection(wanted as Promise<unknown>)).toMatchObject({
      ...{ status: 502, type: "server_error", code: "LLMAPIError" },
      message: expect.stringContaining("ANTHROPIC_API_KEY"),
    })
    expect(it.peer.requests).toHaveLength(1)
  },
)

test("an error after the first text is a line of the stream, which then ends without [DONE]", async () => {
  const reply: Reply = { fault: "error_event", after: "So far. ".repeat(20) }
  await using it = await openAiServer({ answer: () => reply })
  const given = await it.post("/v1/chat/completions", { ...question, stream: true })
  const lines = (await given.text()).trim().split("\n\n")
  expect(JSON.parse(lines.at(-1)?.slice("data: ".length) ?? "")).toMatchObject({
    error: { type: "server_error", code: "LLMAPIError", param: null },
  })
  expect(lines.join("")).not.toContain("[DONE]")
  const stream = await it.openai.chat.completions.create({ ...question, stream: true })
  const error = await rejection(Array.fromAsync(stream))
  expect([error instanceof APIError, error.message]).toEqual([
    true,
    expect.stringContaining("Anthropic"),
  ])
})

test("each delta is on its way before the provider's next one", async () => {
  const pieces = Array.from({ length: 200 }, (_, nth) => `piece ${nth} 🏔️ `)
  let arrived = Promise.withResolvers<void>()
  async function* live() {
    for (const piece of pieces) {
      arrived = Promise.withResolvers()
      yield piece
      await arrived.promise
    }
  }
  await using it = await openAiServer({ answer: () => ({ text: "", live }) })
  const stream = await it.openai.chat.completions.create({ ...question, stream: true })
  const got: string[] = []
  for await (const { choices } of stream) {
    const text = choices[0]?.delta.content
    if (!text) continue
    got.push(text)
    arrived.resolve()
  }
  expect(got).toEqual(pieces)
})

test("a server that shuts down ends the stream with an error, and the call is recorded", async () => {
  await using it = await openAiServer({ answer: () => ({ ...slowAnswer, delay_ms: 200 }) })
  const stream = await it.openai.chat.completions.create({ ...question, stream: true })
  const texts = stream[Symbol.asyncIterator]()
  await texts.next()
  const reading = (async () => {
    for (;;) if ((await texts.next()).done) return
  })()
  const [error] = await Promise.all([rejection(reading), it.server.stop()])
  expect(error.message).toContain("shutting down")
  await using again = await testServer({ home: it.server.home })
  expect(await again.fetch("/api/calls/totals").then((it) => it.json())).toMatchObject([
    { calls: 1 },
  ])
})

test("with a token only clients that have it as their API key are answered", async () => {
  const token = "a-long-random-text"
  await using server = await testServer({ settings: { AMELIA_TOKEN: token } })
  const refused = { status: 401, code: "invalid_api_key", type: "authentication_error" }
  for (const key of ["none", `${token}x`]) {
    const openai = openAiClient(server, key)
    const wanted = [
      openai.models.list(),
      openai.chat.completions.create({ ...question, model: "offline" }),
      openai.embeddings.create({ model: "x", input: "x" }),
    ]
    for (const error of await Promise.all(wanted.map((it) => rejection(it as Promise<unknown>)))) {
      expect(error).toMatchObject(refused)
    }
  }
  const asked = openAiClient(server, token).chat.completions.create({
    ...question,
    model: "offline",
  })
  expect((await asked).choices).toHaveLength(1)
})

test("pages of other origins and other host names are refused", async () => {
  for (const [headers, code] of [
    [{ Origin: "http://evil.example" }, "ForbiddenOriginError"],
    [{ "Sec-Fetch-Site": "cross-site" }, "ForbiddenOriginError"],
    [{ Host: "evil.example" }, "ForbiddenHostError"],
  ] as [Record<string, string>, string][]) {
    const given = await shared.post("/v1/chat/completions", question, headers)
    const { error } = await given.json()
    expect([given.status, error]).toMatchObject([403, { type: "permission_error", code }])
  }
})

test("a long conversation fits, unless the model's window or the limit of a body is smaller", async () => {
  const words = "word ".repeat(400_000)
  await using it = await openAiServer({ answer: () => "Long." })
  const given = (times: number) => {
    const messages = ask(words.repeat(times))
    return it.post("/v1/chat/completions", { ...question, messages })
  }
  expect((await given(1)).status).toBe(200)
  for (const [times, status, code] of [
    [3, 400, "context_length_exceeded"],
    [5, 413, "FileTooLargeError"],
  ] as const) {
    const refused = await given(times)
    expect([refused.status, (await refused.json()).error.code]).toEqual([status, code])
  }
  expect(it.peer.requests).toHaveLength(1)
})

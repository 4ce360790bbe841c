import { expect, test } from "bun:test"
import { z } from "zod"
import type { ModelRequest } from "../src/engines/models/model"
import { createOllama } from "../src/engines/models/ollama"
import { createModelRegistry } from "../src/engines/models/registry"
import { resilient } from "../src/engines/models/resilience/resilient"
import { modelSettings } from "./support/model-settings"
import { type OllamaPeer, ollamaPeer } from "./support/ollama-peer"
import { rejection } from "./support/rejection"
import { finished } from "./support/runs"
import { testServer } from "./support/server"

function ask(peer: OllamaPeer, more: Partial<ModelRequest> = {}) {
  const provider = resilient(createOllama({ baseUrl: peer.url }), { backoff_ms: 1 }, () => {})
  const messages = [{ role: "user" as const, content: "Hello" }]
  const model = "llama3.2:3b"
  const request = { model, system: "You are terse.", messages, max_tokens: 100, temperature: 0.3 }
  const options = { signal: new AbortController().signal, onDelta: () => {} }
  return provider.answer({ ...request, extract: () => "", ...more }, options)
}

const question = (bytes: number) => [{ role: "user" as const, content: "word ".repeat(bytes / 5) }]

test("returns the text with tokens, and sends the answer's limits", async () => {
  const usage = { prompt_eval_count: 45, eval_count: 7 }
  await using peer = await ollamaPeer({ answer: () => ({ text: "Hi there.", usage }) })
  expect(await ask(peer)).toEqual({
    text: "Hi there.",
    model: "llama3.2:3b",
    usage: { input: 45, output: 7, cached: 0, cache_written: 0 },
    request_id: null,
    retries: 0,
  })
  expect(peer.requests[0]).toMatchObject({
    ...{ truncate: false, shift: false },
    options: { num_ctx: 4096, num_predict: 100, temperature: 0.3 },
  })
})

test("the answer must fit the schema", async () => {
  await using peer = await ollamaPeer()
  const schema = z.object({ name: z.string() })
  const { text } = await ask(peer, { output: { name: "thing", schema } })
  expect(schema.parse(JSON.parse(text))).toBeDefined()
  expect(peer.requests[0]?.format).toMatchObject({ type: "object" })
})

test("the context grows with the request, up to the model's window", async () => {
  await using peer = await ollamaPeer({ context_length: 20_000 })
  await ask(peer, { messages: question(30_000) })
  await ask(peer, { messages: question(60_000) })
  expect(peer.requests.map(({ options }) => options.num_ctx)).toEqual([16_384, 20_000])
})

test("a request that can't fit the model's window is not sent", async () => {
  await using peer = await ollamaPeer({ context_length: 4096 })
  const error = await rejection(ask(peer, { messages: question(60_000) }))
  expect(error).toMatchObject({ name: "LLMAPIError", details: { retryable: false } })
  expect(error.message).toContain("fewer or shorter documents")
  expect(peer.requests).toHaveLength(0)
})

test("an answer to a silently truncated request is an error", async () => {
  const usage = { prompt_eval_count: 2050 }
  await using peer = await ollamaPeer({ answer: () => ({ text: "Sure!", usage }) })
  const error = await rejection(ask(peer, { messages: question(30_000) }))
  expect(error.message).toContain("read only 2050 tokens")
  expect(peer.requests).toHaveLength(1)
})

test("a server's error for a long request is understood", async () => {
  const message = "the input length exceeds the context length"
  await using peer = await ollamaPeer({ answer: () => ({ status: 400, message }) })
  expect((await rejection(ask(peer))).message).toContain("fewer or shorter documents")
})

test("the error for a missing model says how to get it", async () => {
  await using peer = await ollamaPeer({ answer: () => ({ status: 404 }) })
  expect((await rejection(ask(peer))).message).toContain("ollama pull llama3.2:3b")
})

test("an answer cut at its length limit is a specific error", async () => {
  const reply = (eval_count: number) => ({
    text: "Half",
    stop_reason: "length",
    usage: { eval_count },
  })
  await using tokens = await ollamaPeer({ answer: () => reply(100) })
  expect((await rejection(ask(tokens))).message).toContain("max_tokens")
  await using context = await ollamaPeer({ answer: () => reply(50) })
  expect((await rejection(ask(context))).message).toContain("context window")
})

test("it is usable while it answers and has a chat model", async () => {
  await using peer = await ollamaPeer({ models: ["qwen3:8b", "llama3.2:3b"] })
  expect(await createOllama({ baseUrl: peer.url }).availability()).toMatchObject({
    usable: true,
    default_model: "qwen3:8b",
    models: ["qwen3:8b", "llama3.2:3b"],
  })
  await using empty = await ollamaPeer({ models: [] })
  const { usable, reason } = await createOllama({ baseUrl: empty.url }).availability()
  expect({ usable, reason }).toEqual({ usable: false, reason: expect.stringContaining("no model") })
})

test("auto tries Anthropic, then OpenRouter, then Ollama, then offline", async () => {
  await using peer = await ollamaPeer()
  const chosen = async (more: object) => {
    const settings = { ...modelSettings, ollamaBaseUrl: peer.url, ...more }
    return (await createModelRegistry(settings).resolve()).id
  }
  const openrouterApiKey = "sk-or-test-0001"
  const anthropicApiKey = "sk-ant-test-0001"
  expect(await chosen({ openrouterApiKey, anthropicApiKey })).toBe("anthropic/claude-sonnet-5-5")
  expect(await chosen({ openrouterApiKey })).toBe("openrouter/openrouter/auto")
  expect(await chosen({})).toBe("ollama/llama3.2:3b")
  expect(await chosen({ ollamaBaseUrl: "http://127.0.0.1:1" })).toBe("offline")
})

test("a server that accepts connections and never answers delays nobody for long", async () => {
  using silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } })
  const service = createOllama({ baseUrl: `http://127.0.0.1:${silent.port}` })
  const first = service.availability()
  expect(service.availability()).toBe(first)
  expect(await first).toMatchObject({ usable: false })
})

test("without a key a run uses Ollama if it answers, for free", async () => {
  await using peer = await ollamaPeer()
  await using server = await testServer({ settings: { OLLAMA_BASE_URL: peer.url } })
  await server.client.uploadDocuments([{ name: "a.md", content: new Blob(["# One\n\nTwo."]) }])
  const preset = "discovery_design_planning"
  const workflow = await server.client.createWorkflow({ name: "W", preset })
  const { id } = await server.client.startWorkflow(workflow.id, { query: "What?" })
  expect(await finished(server.client, id)).toMatchObject({ status: "completed" })
  const calls = (await server.client.listCalls(id)).filter(({ kind }) => kind === "model")
  // Each role answers once while it may search, and again with the schema enforced.
  expect(calls).toHaveLength(6)
  for (const call of calls) expect(call).toMatchObject({ provider: "ollama", cost_usd: 0 })
})

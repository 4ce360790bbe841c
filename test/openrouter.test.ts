import { expect, test } from "bun:test"
import { z } from "zod"
import type { ModelRequest } from "../src/engines/models/model"
import { createOpenRouter } from "../src/engines/models/openrouter"
import { resilient } from "../src/engines/models/resilience/resilient"
import { inTurn } from "./support/model-peer"
import { type OpenRouterPeer, openRouterPeer } from "./support/openrouter-peer"
import { rejection } from "./support/rejection"
import { finished } from "./support/runs"
import { testServer } from "./support/server"

const KEY = "sk-or-secret-key-0001"
const schema = z.object({ name: z.string(), tags: z.array(z.string()) })
const output = { name: "thing", schema }

function asker(peer: OpenRouterPeer, more: Partial<ModelRequest> = {}) {
  const service = createOpenRouter({ apiKey: KEY, baseUrl: peer.url })
  const provider = resilient(service, { backoff_ms: 1 }, () => {})
  const model = "meta-llama/llama-3.3-70b-instruct"
  const messages = [{ role: "user" as const, content: "Hello" }]
  const request = { model, system: "You are terse.", messages, max_tokens: 100, temperature: 0.3 }
  const options = { signal: new AbortController().signal, onDelta: () => {} }
  return () => provider.answer({ ...request, extract: () => "", ...more }, options)
}

test("returns the text with tokens, and the cost that OpenRouter charges", async () => {
  const prompt_tokens_details = { cached_tokens: 30, cache_write_tokens: 5 }
  const usage = { prompt_tokens: 45, completion_tokens: 7, prompt_tokens_details, cost: 0.0123 }
  await using peer = await openRouterPeer({ answer: () => ({ text: "Hi there.", usage }) })
  expect(await asker(peer)()).toEqual({
    text: "Hi there.",
    model: "meta-llama/llama-3.3-70b-instruct",
    usage: { input: 45, output: 7, cached: 30, cache_written: 5 },
    cost_usd: 0.0123,
    request_id: "gen-peer",
    retries: 0,
  })
  expect(peer.requests[0]).toMatchObject({
    temperature: 0.3,
    max_tokens: 100,
    messages: [
      { role: "system", content: "You are terse." },
      { role: "user", content: "Hello" },
    ],
    headers: { authorization: `Bearer ${KEY}` },
  })
})

test("a schema goes into the request and the prompt, since some models ignore the first", async () => {
  await using peer = await openRouterPeer()
  const { text } = await asker(peer, { output })()
  expect(schema.parse(JSON.parse(text))).toBeDefined()
  const [sent] = peer.requests
  expect(sent?.response_format?.json_schema).toMatchObject({ name: "thing", strict: true })
  expect(sent?.messages[0]?.content).toContain('"tags"')
})

test("a model that rejects a schema is asked again without one, and from then on never gets one", async () => {
  const message = "response_format is not supported by this model"
  await using peer = await openRouterPeer({
    answer: ({ response_format }) => (response_format ? { status: 400, message } : "{}"),
  })
  const ask = asker(peer, { output })
  expect(await ask()).toMatchObject({ text: "{}", retries: 0 })
  expect(await ask()).toMatchObject({ text: "{}", retries: 0 })
  expect(peer.requests.map(({ response_format }) => response_format !== undefined)).toEqual([
    true,
    false,
    false,
  ])
})

const stops = [
  ["length", /max_tokens/],
  ["content_filter", /refused/],
  ["tool_calls", /unexpected reason/],
] as const
test.each(stops)(
  "an answer that stops for %s is a specific error",
  async (stop_reason, sentence) => {
    await using peer = await openRouterPeer({ answer: () => ({ text: "Half", stop_reason }) })
    const error = await rejection(asker(peer)())
    expect(error.message).toMatch(sentence)
    expect(peer.requests).toHaveLength(1)
  },
)

test("an answer with a missing stop reason or an error is retried only before its first text", async () => {
  const answer = inTurn(
    { text: "", stop_reason: null },
    { text: "", stop_reason: "error" },
    "Done.",
  )
  await using peer = await openRouterPeer({ answer })
  expect(await asker(peer)()).toMatchObject({ text: "Done.", retries: 2 })
})

test("with only its key a run uses OpenRouter, and its calls have their cost", async () => {
  await using peer = await openRouterPeer()
  const settings = { OPENROUTER_API_KEY: KEY, OPENROUTER_BASE_URL: peer.url }
  await using server = await testServer({ settings })
  await server.client.uploadDocuments([{ name: "a.md", content: new Blob(["# One\n\nTwo."]) }])
  const preset = "discovery_design_planning"
  const workflow = await server.client.createWorkflow({ name: "W", preset })
  const { id } = await server.client.startWorkflow(workflow.id, { query: "What?" })
  expect(await finished(server.client, id)).toMatchObject({ status: "completed" })
  const calls = (await server.client.listCalls(id)).filter(({ kind }) => kind === "model")
  expect(calls).toHaveLength(3)
  for (const { provider, cost_usd } of calls) {
    expect({ provider, cost_usd }).toEqual({ provider: "openrouter", cost_usd: 0.0012 })
  }
})

import { expect, test } from "bun:test"
import { createAnthropic } from "../src/engines/models/anthropic"
import type { ModelRequest } from "../src/engines/models/model"
import { resilient } from "../src/engines/models/resilience/resilient"
import { type AnthropicPeer, anthropicPeer, inTurn } from "./support/anthropic-peer"
import { ollamaPeer } from "./support/ollama-peer"
import { openRouterPeer } from "./support/openrouter-peer"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

const KEY = "sk-ant-test-0001"
const nobody = "http://127.0.0.1:1"
const OPENROUTER = { OPENROUTER_API_KEY: "sk-or-test-0001" }

const can = (supported: boolean) => ({ supported })
const listed = (id: string, adaptive: boolean, lifecycle = "active") => ({
  ...{ type: "model", id, display_name: `The ${id}`, lifecycle },
  ...{ max_input_tokens: 200_000, max_tokens: 20_000 },
  capabilities: {
    structured_outputs: can(true),
    image_input: can(false),
    thinking: { supported: true, types: { adaptive: can(adaptive), enabled: can(true) } },
  },
})
const models = [
  listed("claude-new-6", true),
  listed("claude-sonnet-5-5", false),
  listed("claude-old-2", false, "retired"),
]

test("GET /api/models lists every provider's models and the default", async () => {
  await using anthropic = await anthropicPeer({ models })
  await using openrouter = await openRouterPeer({
    models: [
      {
        ...{ id: "acme/one", name: "One", context_length: 32_000 },
        ...{ supported_parameters: ["tools"], top_provider: { max_completion_tokens: 8000 } },
      },
      { broken: true },
    ],
  })
  await using ollama = await ollamaPeer()
  const settings = {
    ...{ ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: anthropic.url },
    ...{ ...OPENROUTER, OPENROUTER_BASE_URL: openrouter.url, OLLAMA_BASE_URL: ollama.url },
  }
  await using server = await testServer({ settings })
  const found = await server.client.listModels()
  const of = (name: string) => found.filter(({ provider }) => provider === name)
  expect(of("anthropic")).toMatchObject([
    { id: "anthropic/claude-new-6", default: false },
    { id: "anthropic/claude-sonnet-5-5", usable: true, default: true, max_output: 20_000 },
  ])
  expect(of("openrouter")).toEqual([
    {
      ...{ id: "openrouter/acme/one", provider: "openrouter", name: "One", usable: true },
      ...{ context_window: 32_000, max_output: 8000, capabilities: ["tools"] },
      ...{ note: null, default: false },
    },
  ])
  expect(of("ollama")).toMatchObject([{ id: "ollama/llama3.2:3b", usable: true }])
  expect(of("offline")).toMatchObject([{ id: "offline", usable: true, note: null }])
})

test("unavailable providers are listed with the reason, and the route still answers", async () => {
  const settings = {
    ...{ ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: nobody },
    ...{ ...OPENROUTER, OPENROUTER_BASE_URL: nobody },
  }
  await using server = await testServer({ settings })
  const found = await server.client.listModels()
  const noteOf = (name: string) => found.find(({ provider }) => provider === name)
  const problem = (title: string) => `${title} did not return its list of models.`
  expect(noteOf("anthropic")).toMatchObject({ usable: true, note: problem("Anthropic") })
  expect(found.map(({ id }) => id)).toContain("anthropic/claude-opus-5-5")
  expect(noteOf("openrouter")).toMatchObject({ usable: true, note: problem("OpenRouter") })
  expect(noteOf("ollama")).toMatchObject({
    ...{ id: "ollama", usable: false, note: `No Ollama server answers at ${nobody}.` },
  })
})

test("/health asks no service for its models", async () => {
  const asked: string[] = []
  const peer = Bun.serve({
    port: 0,
    fetch(request) {
      asked.push(request.url)
      return Response.json({ data: [] })
    },
  })
  const url = `http://127.0.0.1:${peer.port}`
  const settings = { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: url }
  await using server = await testServer({ settings })
  await server.client.health()
  expect(asked).toEqual([])
  await server.client.listModels()
  await server.client.listModels()
  expect(asked).toHaveLength(1)
  await peer.stop(true)
})

const request: ModelRequest = {
  ...{ model: "claude-opus-5-5", system: "Be terse.", max_tokens: 100, temperature: 0 },
  ...{ messages: [{ role: "user", content: "Hello" }], extract: () => "" },
}

function provider(peer: AnthropicPeer) {
  return resilient(createAnthropic({ apiKey: KEY, baseUrl: peer.url }), { backoff_ms: 1 }, () => {})
}
const heard = (pieces: string[] = []) => ({
  signal: new AbortController().signal,
  onDelta: (piece: string) => void pieces.push(piece),
})

test("a model with adaptive thinking is asked to think, with tokens on top of the answer's", async () => {
  await using peer = await anthropicPeer({ answer: () => ({ text: "Hi.", thinking: "Hm, hm." }) })
  const pieces: string[] = []
  const { text } = await provider(peer).answer(request, heard(pieces))
  expect([text, pieces.join("")]).toEqual(["Hi.", "Hi."])
  expect(peer.requests[0]).toMatchObject({ thinking: { type: "adaptive" }, max_tokens: 16_100 })
})

test("a model that lacks it or is unknown isn't asked to think; the API's list decides", async () => {
  await using peer = await anthropicPeer({ models })
  const service = provider(peer)
  const ask = (model: string) => service.answer({ ...request, model }, heard())
  await ask("claude-haiku-4-5")
  await ask("claude-new-6")
  await service.catalog?.()
  await ask("claude-new-6")
  await ask("claude-sonnet-5-5")
  const sent = peer.requests.map(({ thinking, max_tokens }) => [thinking, max_tokens])
  expect(sent).toEqual([
    [undefined, 100],
    [undefined, 100],
    [{ type: "adaptive" }, 16_100],
    [undefined, 100],
  ])
  await service.answer({ ...request, model: "claude-new-6", max_tokens: 10_000 }, heard())
  expect(peer.requests.at(-1)?.max_tokens).toBe(20_000)
})

test("a paused turn is continued and becomes one answer", async () => {
  const paused = { text: "One, ", stop_reason: "pause_turn", thinking: "Count." }
  await using peer = await anthropicPeer({ answer: inTurn(paused, "two.") })
  const { text, usage } = await provider(peer).answer(request, heard())
  expect(text).toBe("One, two.")
  expect(usage).toMatchObject({ input: 200 })
  expect(peer.requests[1]?.messages).toMatchObject([
    { role: "user", content: "Hello" },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Count.", signature: "signed" },
        { type: "text", text: "One, " },
      ],
    },
  ])
})

test("a turn that stays paused is an error", async () => {
  const paused = { text: "One, ", stop_reason: "pause_turn" }
  await using peer = await anthropicPeer({ answer: () => paused })
  const error = await rejection(provider(peer).answer(request, heard()))
  expect(error.message).toContain("pause_turn")
  expect(peer.requests).toHaveLength(6)
})

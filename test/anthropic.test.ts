import { expect, test } from "bun:test"
import { z } from "zod"
import { createAnthropic } from "../src/engines/models/anthropic"
import type { ModelRequest } from "../src/engines/models/model"
import { createModelRegistry } from "../src/engines/models/registry"
import { resilient } from "../src/engines/models/resilience/resilient"
import type { Limits } from "../src/engines/models/resilience/service"
import { type AnthropicPeer, anthropicPeer, inTurn } from "./support/anthropic-peer"
import { modelSettings } from "./support/model-settings"

const KEY = "sk-ant-secret-key-0001"

const request: ModelRequest = {
  model: "claude-sonnet-5-5",
  system: "You are terse.",
  messages: [{ role: "user", content: "Hello" }],
  max_tokens: 100,
  temperature: 0.7,
  extract: () => "",
}

function ask(
  peer: AnthropicPeer,
  {
    limits = {},
    signal = new AbortController().signal,
    onDelta = (_: string) => {},
    ...more
  } = {} as {
    limits?: Partial<Limits>
    signal?: AbortSignal
    onDelta?: (text: string) => void
    output?: ModelRequest["output"]
  },
) {
  const service = createAnthropic({ apiKey: KEY, baseUrl: peer.url })
  const provider = resilient(service, { backoff_ms: 1, ...limits }, () => {})
  return provider.answer({ ...request, ...more }, { signal, onDelta })
}

const failing = { name: "LLMAPIError" }
const RETRY = { headers: { "retry-after-ms": "5" } }

test("streams the text and returns all of it with usage, model and request id", async () => {
  const usage = {
    input_tokens: 10,
    output_tokens: 7,
    cache_read_input_tokens: 30,
    cache_creation_input_tokens: 5,
  }
  const text = "A long answer that arrives in more than one piece, and is put together again."
  await using peer = await anthropicPeer({ answer: () => ({ text, usage }) })
  const pieces: string[] = []
  const answer = await ask(peer, { onDelta: (piece) => pieces.push(piece) })
  expect(pieces.length).toBeGreaterThan(1)
  expect(pieces.join("")).toBe(text)
  expect(answer).toEqual({
    text,
    model: "claude-sonnet-5-5",
    usage: { input: 45, output: 7, cached: 30, cache_written: 5 },
    request_id: "req_peer",
    retries: 0,
  })
})

test("sends a cacheable system prompt, the output schema, and no temperature", async () => {
  await using peer = await anthropicPeer()
  const schema = z.object({ name: z.string(), tags: z.array(z.string()) })
  const answer = await ask(peer, { output: { name: "thing", schema } })
  expect(schema.parse(JSON.parse(answer.text))).toBeDefined()
  const [sent] = peer.requests
  expect(sent?.system).toEqual([
    { type: "text", text: "You are terse.", cache_control: { type: "ephemeral" } },
  ])
  expect(sent?.output_config?.format).toMatchObject({
    type: "json_schema",
    schema: { type: "object" },
  })
  expect(sent).not.toHaveProperty("temperature")
  expect(sent?.headers["anthropic-version"]).toBe("2026-10-21")
})

test("retries a 429 and a 529 after the requested pause, and counts the retries", async () => {
  const answer = inTurn({ status: 429, ...RETRY }, { status: 529, ...RETRY }, "Done.")
  await using peer = await anthropicPeer({ answer })
  expect(await ask(peer)).toMatchObject({ text: "Done.", retries: 2 })
})

test("gives up after two retries and says how long to wait", async () => {
  const headers = { "retry-after-ms": "20" }
  await using peer = await anthropicPeer({ answer: () => ({ status: 429, headers }) })
  const details = {
    provider: "anthropic",
    status: 429,
    retryable: true,
    retry_after_s: 0.02,
    retries: 2,
  }
  await expect(ask(peer)).rejects.toMatchObject({ ...failing, details })
  expect(peer.requests).toHaveLength(3)
})

test("leaves a long pause to its caller", async () => {
  const headers = { "retry-after": "3600" }
  await using peer = await anthropicPeer({ answer: () => ({ status: 429, headers }) })
  const details = { retryable: true, retry_after_s: 3600, retries: 0 }
  await expect(ask(peer)).rejects.toMatchObject({ ...failing, details })
})

test("doesn't retry when the spend limit is reached", async () => {
  const reply = {
    status: 429,
    type: "rate_limit_error",
    error_code: "enforced_spend_limit_reached",
  }
  await using peer = await anthropicPeer({ answer: () => ({ ...reply, ...RETRY }) })
  await expect(ask(peer)).rejects.toThrow(/spend limit/)
  expect(peer.requests).toHaveLength(1)
})

test("the error for a rejected key names the setting and never the key", async () => {
  const message = `invalid x-api-key ${KEY}`
  const reply = { status: 401, type: "authentication_error", message }
  await using peer = await anthropicPeer({ answer: () => reply })
  const error = await ask(peer).catch((error) => error)
  expect(error).toMatchObject({ ...failing, details: { status: 401, retryable: false } })
  expect(error.message).toContain("ANTHROPIC_API_KEY")
  expect(Bun.inspect(error)).not.toContain("secret")
})

test("Amelia redacts the key when a server quotes it in an error", async () => {
  await using peer = await anthropicPeer({ answer: () => ({ status: 400, message: `Bad ${KEY}` }) })
  const error = await ask(peer).catch((error) => error)
  expect(error.message).toContain("sk-…0001")
  expect(Bun.inspect(error)).not.toContain("secret")
})

const faults = ["error_event", "truncate", "disconnect", "malformed"] as const

for (const fault of faults) {
  test(`${fault} after the first text is an error and is not retried`, async () => {
    await using peer = await anthropicPeer({ answer: () => ({ fault, after: "Half an ans" }) })
    const details = { provider: "anthropic", retryable: true, retries: 0 }
    await expect(ask(peer)).rejects.toMatchObject({ ...failing, details })
    expect(peer.requests).toHaveLength(1)
  })

  test(`${fault} before the first text is retried`, async () => {
    await using peer = await anthropicPeer({ answer: inTurn({ fault }, "Whole.") })
    expect(await ask(peer)).toMatchObject({ text: "Whole.", retries: 1 })
  })
}

test("the watchdog ends a stalled stream and closes the connection", async () => {
  await using peer = await anthropicPeer({ answer: () => ({ fault: "stall", after: "Half" }) })
  const asked = ask(peer, { limits: { idle_timeout_ms: 40 } })
  await expect(asked).rejects.toMatchObject({
    ...failing,
    details: { stalled: true, retryable: true },
  })
  await closed(peer.requests[0]!.disconnected)
})

test("a slow stream that keeps moving is not ended", async () => {
  const text = "x".repeat(400)
  await using peer = await anthropicPeer({ answer: () => ({ text, delay_ms: 300 }) })
  expect(await ask(peer, { limits: { idle_timeout_ms: 2000 } })).toMatchObject({ text })
})

test("a server that never sends headers times out", async () => {
  await using peer = await anthropicPeer({ answer: inTurn({ fault: "silence" }, "Late.") })
  expect(await ask(peer, { limits: { header_timeout_ms: 2000 } })).toMatchObject({
    text: "Late.",
    retries: 1,
  })
})

test("a cancel reaches the provider and throws the signal's reason", async () => {
  await using peer = await anthropicPeer({ answer: () => ({ fault: "stall", after: "Half" }) })
  const controller = new AbortController()
  const reason = new Error("The user stopped it.")
  const asked = ask(peer, { signal: controller.signal, onDelta: () => controller.abort(reason) })
  await expect(asked).rejects.toBe(reason)
  await closed(peer.requests[0]!.disconnected)
})

const stops = [
  ["max_tokens", /max_tokens/],
  ["refusal", /refused/],
  ["model_context_window_exceeded", /context window/],
  [null, /broke off/],
] as const

for (const [stop_reason, sentence] of stops) {
  test(`an answer that stops for ${stop_reason} is a specific error`, async () => {
    await using peer = await anthropicPeer({ answer: () => ({ text: "Half", stop_reason }) })
    const output = { name: "thing", schema: z.object({ a: z.string() }) }
    await expect(ask(peer, { output })).rejects.toThrow(sentence)
  })
}

test("an unreachable server is an error that names the setting", async () => {
  const peer = await anthropicPeer()
  await peer.stop()
  await expect(ask(peer)).rejects.toThrow(/ANTHROPIC_BASE_URL/)
})

test("without a key the provider is unusable and says what to set", async () => {
  const provider = resilient(createAnthropic({ apiKey: undefined }), {}, () => {})
  expect(await provider.availability()).toMatchObject({ usable: false })
  const options = { signal: new AbortController().signal, onDelta: () => {} }
  await expect(provider.answer(request, options)).rejects.toThrow(/ANTHROPIC_API_KEY/)
})

test("model ids resolve to providers, and auto to the first usable one", async () => {
  const keyed = createModelRegistry({ ...modelSettings, anthropicApiKey: KEY })
  const bare = createModelRegistry(modelSettings)
  expect((await keyed.resolve()).id).toBe("anthropic/claude-sonnet-5-5")
  expect((await bare.resolve()).id).toBe("offline")
  expect((await bare.resolve("claude-opus-5-5")).id).toBe("anthropic/claude-opus-5-5")
  expect((await keyed.resolve("offline")).model).toBe("offline")
  expect(await bare.list()).toMatchObject([
    { name: "anthropic", usable: false },
    { name: "claude-code", usable: false },
    { name: "openrouter", usable: false },
    { name: "ollama", usable: false },
    { name: "offline", usable: true },
  ])
})

test("an unknown provider or model is rejected with the list of known ones", async () => {
  const registry = createModelRegistry(modelSettings)
  for (const id of ["acme/one", "anthropic/gpt-4", "offline/x", ""]) {
    await expect(registry.resolve(id)).rejects.toMatchObject({
      name: "ValidationError",
      details: { known: expect.arrayContaining(["anthropic/claude-sonnet-5-5", "offline"]) },
    })
  }
})

async function closed(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener("abort", resolve))
}

import { expect, test } from "bun:test"
import { anthropicPeer, inTurn } from "./support/anthropic-peer"
import { ollamaPeer } from "./support/ollama-peer"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

const KEY = "sk-ant-test-0001"

type Options = Parameters<typeof anthropicPeer>[0]

async function withPeer(options: Options, limits?: Parameters<typeof testServer>[0]) {
  const peer = await anthropicPeer(options)
  const settings = { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: peer.url }
  const server = await testServer({ settings, ...limits })
  const callsMade = async () => {
    const metrics = await (await server.fetch("/metrics")).json()
    return metrics.llm
  }
  return {
    ...{ peer, server, client: server.client, callsMade },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await peer.stop()
    },
  }
}

test("a test asks the default model one tiny question and is recorded as a call without a run", async () => {
  await using it = await withPeer({})
  await it.client.changeSettings({ default_model: "claude-haiku-5-5" })
  const tested = await it.client.testProvider("anthropic")
  expect(tested).toEqual({
    ...{ provider: "anthropic", ok: true, model: "anthropic/claude-haiku-5-5" },
    ...{ duration_ms: expect.any(Number), first_token_ms: expect.any(Number) },
    sentence: "anthropic/claude-haiku-5-5 answered.",
  })
  const [request, ...more] = it.peer.requests
  expect(more).toEqual([])
  expect(request).toMatchObject({ model: "claude-haiku-5-5", max_tokens: 16_512 })
  expect(await it.callsMade()).toMatchObject({ calls: 1, input_tokens: 100 })
  expect(await it.client.listRuns()).toEqual([])
})

test("without a model nothing is asked: the result says what is missing, or comes from rules", async () => {
  await using server = await testServer()
  expect(await server.client.testProvider("openrouter")).toEqual({
    ...{ provider: "openrouter", ok: false, model: null, duration_ms: 0 },
    ...{ sentence: "OPENROUTER_API_KEY is not set.", error: "ServiceUnavailableError" },
  })
  expect(await server.client.testProvider("ollama")).toMatchObject({
    ok: false,
    sentence: expect.stringContaining("No Ollama server answers"),
  })
  expect(await server.client.testProvider("offline")).toMatchObject({ ok: true, model: "offline" })
})

test("an unknown provider is rejected with the list of known ones", async () => {
  await using server = await testServer()
  const error = await rejection(server.client.testProvider("openai"))
  expect(error).toMatchObject({ status: 404, name: "NotFoundError" })
  expect(error.message).toMatch(
    /^There is no provider "openai"\. Known providers: anthropic, .*offline\.$/,
  )
})

test("a rejected key is a result, not an error, and is recorded", async () => {
  await using it = await withPeer({ fault: () => ({ status: 401 }) })
  expect(await it.client.testProvider("anthropic")).toMatchObject({
    ...{ ok: false, model: "anthropic/claude-sonnet-5-5", error: "LLMAPIError" },
    sentence: "Anthropic refused the API key: check ANTHROPIC_API_KEY.",
  })
  expect(await it.callsMade()).toMatchObject({ calls: 1 })
  expect(it.peer.requests).toHaveLength(1)
})

test("a provider that doesn't answer in time has failed, and the call is cancelled", async () => {
  await using it = await withPeer({ fault: () => ({ fault: "silence" }) })
  expect(await it.client.testProvider("anthropic", { timeout: 0.3 })).toMatchObject({
    ...{ ok: false, error: "LLMAPIError", sentence: "No complete answer arrived within 0.3 s." },
  })
  const [request] = it.peer.requests
  if (!request?.disconnected.aborted) {
    await new Promise((resolve) => request?.disconnected.addEventListener("abort", resolve))
  }
  expect(await it.callsMade()).toMatchObject({ calls: 1 })
  const wrong = { method: "POST", headers: { "Content-Type": "application/json" }, body: "[]" }
  const path = "/api/settings/providers/anthropic/test"
  expect((await it.server.fetch(path, wrong)).status).toBe(400)
})

test("five failed tests open the breaker: the next makes no request, two successes close it", async () => {
  const down = { status: 500 } as const
  const answer = inTurn(down, down, down, down, down, "Ready.")
  const limits = {
    anthropic: { backoff_ms: 1, breaker: { failures: 5, open_ms: 1500, probes: 3, successes: 2 } },
  }
  await using it = await withPeer({ answer }, { limits })
  const state = async () => {
    const { circuit_breakers } = await (await it.server.fetch("/circuit-breakers")).json()
    return circuit_breakers[0].state
  }
  expect(await it.client.testProvider("anthropic")).toMatchObject({ error: "LLMAPIError" })
  expect(await it.client.testProvider("anthropic")).toMatchObject({ error: "LLMAPIError" })
  expect(it.peer.requests).toHaveLength(5)
  expect(await it.client.testProvider("anthropic")).toMatchObject({
    ...{ ok: false, error: "ServiceUnavailableError" },
    sentence: expect.stringMatching(/the next try is in [12] s/),
  })
  expect(it.peer.requests).toHaveLength(5)
  expect(await it.callsMade()).toMatchObject({ calls: 2 })
  while ((await state()) === "open") await Bun.sleep(20)
  expect(await state()).toBe("half_open")
  for (const expected of ["half_open", "closed"]) {
    expect(await it.client.testProvider("anthropic")).toMatchObject({ ok: true })
    expect(await state()).toBe(expected)
  }
})

test("each protocol can be tested", async () => {
  await using peer = await ollamaPeer({ models: ["llama3.2:3b"] })
  await using server = await testServer({ settings: { OLLAMA_BASE_URL: peer.url } })
  const tested = await server.client.testProvider("ollama")
  expect(tested).toMatchObject({ ok: true, model: "ollama/llama3.2:3b" })
})

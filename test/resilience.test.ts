import { expect, test } from "bun:test"
import { createAnthropic } from "../src/engines/models/anthropic"
import type { Provider } from "../src/engines/models/model"
import { resilient } from "../src/engines/models/resilience/resilient"
import type { Limits } from "../src/engines/models/resilience/service"
import { anthropicPeer } from "./support/anthropic-peer"
import { rejection } from "./support/rejection"

const idle = new AbortController().signal

function provider(peer: { url: string }, limits: Partial<Limits> = {}): Provider {
  const service = createAnthropic({ apiKey: "sk-ant-test-0001", baseUrl: peer.url })
  return resilient(service, { backoff_ms: 1, ...limits }, () => {})
}

function ask(provider: Provider, content: string, signal = idle) {
  const messages = [{ role: "user" as const, content }]
  const request = { model: "claude-sonnet-5-5", system: "S.", messages, max_tokens: 100 }
  const options = { signal, onDelta: () => {} }
  return provider.answer({ ...request, temperature: 0, extract: () => "" }, options)
}

test("an open breaker rejects calls at once, without a request, and says when to retry", async () => {
  await using peer = await anthropicPeer({ answer: () => ({ status: 529 }) })
  const asked = provider(peer)
  expect(await rejection(ask(asked, "1"))).toMatchObject({ name: "LLMAPIError" })
  expect(await rejection(ask(asked, "2"))).toMatchObject({
    name: "LLMAPIError",
    details: { retries: 1 },
  })
  expect(await rejection(ask(asked, "3"))).toMatchObject({
    name: "ServiceUnavailableError",
    details: { provider: "anthropic", retry_after: 60 },
  })
  expect(peer.requests).toHaveLength(5)
})

for (const status of [400, 401, 403, 404, 413, 429]) {
  test(`answers of ${status} never open the breaker`, async () => {
    await using peer = await anthropicPeer({ answer: () => ({ status }) })
    const asked = provider(peer, { retries_max: 0 })
    for (let i = 0; i < 6; i++) await rejection(ask(asked, "?"))
    expect(peer.requests).toHaveLength(6)
    expect(asked.breaker?.status()).toMatchObject({ state: "closed", failure_count: 0 })
  })
}

test("no more calls run concurrently than allowed", async () => {
  const two = Promise.withResolvers<void>()
  let running = 0
  let most = 0
  await using peer = await anthropicPeer({
    answer: async () => {
      most = Math.max(most, ++running)
      if (running === 2) two.resolve()
      await two.promise
      running--
      return "Done."
    },
  })
  const asked = provider(peer, { concurrency: 2 })
  await Promise.all([..."12345678"].map((question) => ask(asked, question)))
  expect(most).toBe(2)
})

test("waiting calls are served in order", async () => {
  await using peer = await anthropicPeer()
  const asked = provider(peer, { concurrency: 1 })
  await Promise.all([..."12345678"].map((question) => ask(asked, question)))
  expect(peer.requests.map(({ messages }) => messages[0]?.content).join("")).toBe("12345678")
})

test("a call cancelled while it waits for a slot leaves the queue and makes no request", async () => {
  const held = Promise.withResolvers<void>()
  await using peer = await anthropicPeer({ before: () => held.promise })
  const asked = provider(peer, { concurrency: 1 })
  const first = ask(asked, "first")
  const controller = new AbortController()
  const reason = new Error("The user stopped it.")
  const second = rejection(ask(asked, "second", controller.signal))
  const third = ask(asked, "third")
  controller.abort(reason)
  expect(await second).toBe(reason)
  held.resolve()
  await Promise.all([first, third])
  expect(peer.requests.map(({ messages }) => messages[0]?.content)).toEqual(["first", "third"])
})

test("a call that waits while the breaker opens is not made", async () => {
  await using peer = await anthropicPeer({ answer: () => ({ status: 500 }) })
  const asked = provider(peer, { concurrency: 1, retries_max: 0 })
  const errors = await Promise.all([..."1234567"].map((it) => rejection(ask(asked, it))))
  expect(errors.map(({ name }) => name)).toEqual([
    ...Array(5).fill("LLMAPIError"),
    ...Array(2).fill("ServiceUnavailableError"),
  ])
  expect(peer.requests).toHaveLength(5)
})

test("an endless answer is cut off", async () => {
  await using peer = await anthropicPeer({ answer: () => "x".repeat(200_000) })
  const error = await rejection(ask(provider(peer, { answer_bytes_max: 100_000 }), "?"))
  expect(error).toMatchObject({ name: "LLMAPIError", details: { retryable: false } })
})

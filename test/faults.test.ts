import { describe, expect, test } from "bun:test"
import { createAnthropic } from "../src/engines/models/anthropic"
import type { Provider } from "../src/engines/models/model"
import { createOllama } from "../src/engines/models/ollama"
import { createOpenRouter } from "../src/engines/models/openrouter"
import { resilient } from "../src/engines/models/resilience/resilient"
import type { Limits, Service } from "../src/engines/models/resilience/service"
import { anthropicPeer } from "./support/anthropic-peer"
import {
  inTurn,
  type Peer,
  type PeerOptions,
  type Received,
  type Reply,
} from "./support/model-peer"
import { ollamaPeer } from "./support/ollama-peer"
import { openRouterPeer } from "./support/openrouter-peer"
import { rejection } from "./support/rejection"

const ANTHROPIC_KEY = "sk-ant-secret-key-0001"
const OPENROUTER_KEY = "sk-or-secret-key-0001"

type Subject = {
  name: string
  model: string
  service(baseUrl: string): Service
  peer(options: PeerOptions<Received>): Promise<Peer<Received>>
}

const subjects: Subject[] = [
  {
    name: "anthropic",
    model: "claude-sonnet-5-5",
    service: (baseUrl) => createAnthropic({ apiKey: ANTHROPIC_KEY, baseUrl }),
    peer: anthropicPeer,
  },
  {
    name: "openrouter",
    model: "meta-llama/llama-3.3-70b-instruct",
    service: (baseUrl) => createOpenRouter({ apiKey: OPENROUTER_KEY, baseUrl }),
    peer: openRouterPeer,
  },
  {
    name: "ollama",
    model: "llama3.2:3b",
    service: (baseUrl) => createOllama({ baseUrl }),
    peer: ollamaPeer,
  },
]

const never = new AbortController().signal

function ask(provider: Provider, model: string, signal = never, onDelta = (_: string) => {}) {
  const messages = [{ role: "user" as const, content: "Hello" }]
  const request = { model, system: "You are terse.", messages, max_tokens: 100, temperature: 0 }
  return provider.answer({ ...request, extract: () => "" }, { signal, onDelta })
}

/** Fast enough for a test. The replies set the service's own pauses. */
const quick: Partial<Limits> = { backoff_ms: 1, answer_bytes_max: 10_000_000 }
const impatient = { header_timeout_ms: 2000, idle_timeout_ms: 2000 }

const KEY_ECHO = `Bad key ${ANTHROPIC_KEY}, ${OPENROUTER_KEY}.`
const half = { after: "Half an ans" }
const soon = { headers: { "retry-after-ms": "5" } }
const hourly = { headers: { "retry-after": "3600" } }
const spent = { message: "Spend limit reached", error_code: "enforced_spend_limit_reached" }

/** The expected outcome: details of the error, or the text and the number of retries. */
type Outcome = { error: Record<string, unknown> } | { text: string; retries: number }
type Case = [name: string, replies: (Reply | string)[], outcome: Outcome, requests: number]

const refused = (status: number) => ({ error: { status, retryable: false, retries: 0 } })
const givenUp = (status: number | null) => ({ error: { status, retryable: true, retries: 2 } })
const brokenOff = { error: { status: null, retryable: true, retries: 0 } }
const recovered = { text: "Done.", retries: 1 }
const drip = "x".repeat(600)
const huge = "A long sentence. ".repeat(80_000)

const cases: Case[] = [
  ...[400, 401, 403, 404, 413].map(
    (status): Case => [`${status}`, [{ status, message: KEY_ECHO }], refused(status), 1],
  ),
  ["429 with Retry-After", [{ status: 429, ...soon }, "Done."], recovered, 2],
  ["429 without Retry-After", [{ status: 429 }, "Done."], recovered, 2],
  ["429 without end", [{ status: 429 }], givenUp(429), 3],
  [
    "429 with a long Retry-After",
    [{ status: 429, ...hourly }],
    { error: { status: 429, retryable: true, retry_after_s: 3600, retries: 0 } },
    1,
  ],
  ["500", [{ status: 500, message: KEY_ECHO }], givenUp(500), 3],
  ["500 once", [{ status: 500 }, "Done."], recovered, 2],
  ["529", [{ status: 529 }], givenUp(529), 3],
  ["502 as a page of a proxy", [{ status: 502, html: true }], givenUp(502), 3],
  ["HTML instead of JSON", [{ fault: "page" }], givenUp(null), 3],
  ["an empty 200", [{ fault: "empty" }], givenUp(null), 3],
  ["an empty 200 once", [{ fault: "empty" }, "Done."], recovered, 2],
  ["a reset before headers", [{ fault: "reset" }], givenUp(null), 3],
  ["a reset before headers once", [{ fault: "reset" }, "Done."], recovered, 2],
  ["a reset mid-stream", [{ fault: "disconnect", ...half }], brokenOff, 1],
  ["a reset before the first text", [{ fault: "disconnect" }, "Done."], recovered, 2],
  ["an end without the terminal event", [{ fault: "truncate", ...half }], brokenOff, 1],
  ["an end before the first text", [{ fault: "truncate" }, "Done."], recovered, 2],
  ["a malformed chunk", [{ fault: "malformed", ...half }], brokenOff, 1],
  ["a malformed first chunk", [{ fault: "malformed" }, "Done."], recovered, 2],
  ["a stall before headers", [{ fault: "silence" }], givenUp(null), 3],
  ["a stall before headers once", [{ fault: "silence" }, "Done."], recovered, 2],
  [
    "a stall mid-stream",
    [{ fault: "stall", ...half }],
    { error: { ...brokenOff.error, stalled: true } },
    1,
  ],
  ["a slow drip", [{ text: drip, delay_ms: 60 }], { text: drip, retries: 0 }, 1],
  ["a huge answer", [huge], { text: huge, retries: 0 }, 1],
  [
    "an answer without end",
    ["x".repeat(11_000_000)],
    { error: { status: null, retryable: false, retries: 0 } },
    1,
  ],
]

const midStream = (status: number | null): Case => [
  "an error event mid-stream",
  [{ fault: "error_event", ...half }],
  { error: { status, retryable: true, retries: 0 } },
  1,
]
const ownCases: Record<string, Case[]> = {
  anthropic: [
    midStream(null),
    ["a reached spend limit", [{ status: 429, ...spent }], refused(429), 1],
  ],
  openrouter: [
    midStream(502),
    ["a reached spend limit", [{ status: 429, ...spent }], refused(429), 1],
    ["credit that is used up", [{ status: 402 }], refused(402), 1],
    ["credit that comes back", [{ status: 402, ...soon }, "Done."], recovered, 2],
    ["an error under 200", [{ status: 403, disguised: true }], refused(403), 1],
    ["a failure under 200", [{ status: 502, disguised: true }, "Done."], recovered, 2],
  ],
  ollama: [midStream(null)],
}

for (const subject of subjects) {
  const { name, model, service } = subject
  describe(name, () => {
    const all = [...cases, ...(ownCases[name] ?? [])]
    test.each(all)("%s", async (title, replies, outcome, requests) => {
      await using peer = await subject.peer({ answer: inTurn(...replies) })
      const stalls = /stall|drip/.test(title)
      const limits = { ...quick, ...(stalls && impatient) }
      const provider = resilient(service(peer.url), limits, () => {})
      const pieces: string[] = []
      const asked = ask(provider, model, never, (piece) => pieces.push(piece))
      if ("error" in outcome) {
        const error = await rejection(asked)
        const details = { provider: name, model, ...outcome.error }
        expect(error).toMatchObject({ name: "LLMAPIError", details })
        expect(Bun.inspect(error)).not.toContain("secret")
      } else {
        const { text, retries } = await asked
        expect({ same: text === outcome.text, retries }).toEqual({
          same: true,
          retries: outcome.retries,
        })
        expect(pieces.join("") === text).toBe(true)
      }
      expect(peer.requests).toHaveLength(requests)
    })

    test("a refused connection", async () => {
      const peer = await subject.peer({})
      await peer.stop()
      const error = await rejection(
        ask(
          resilient(service(peer.url), quick, () => {}),
          model,
        ),
      )
      expect(error).toMatchObject({
        name: "LLMAPIError",
        message: expect.stringContaining("_BASE_URL"),
        details: { provider: name, status: null, retryable: true, retries: 2 },
      })
    })

    for (const fault of ["silence", "stall"] as const) {
      test(`a cancel during a ${fault} ends the request at the peer within a second`, async () => {
        const controller = new AbortController()
        const reason = new Error("The user stopped it.")
        await using peer = await subject.peer({
          answer: () => {
            if (fault === "silence") setImmediate(() => controller.abort(reason))
            return fault === "silence" ? { fault } : { fault, after: "Half" }
          },
        })
        const provider = resilient(
          service(peer.url),
          { ...quick, header_timeout_ms: 5000 },
          () => {},
        )
        const asked = ask(provider, model, controller.signal, () => controller.abort(reason))
        expect(await rejection(asked)).toBe(reason)
        await seenWithin(1000, peer.requests[0]?.disconnected)
        expect(provider.breaker?.status()).toMatchObject({ failure_count: 0 })
      })
    }
  })
}

async function seenWithin(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) throw new Error("The peer got no request.")
  const late = AbortSignal.timeout(ms)
  while (!signal.aborted) {
    late.throwIfAborted()
    await Bun.sleep(5)
  }
}

import { expect, test } from "bun:test"
import {
  createBreaker,
  standardBreaker,
  type Verdict,
} from "../src/engines/models/resilience/breaker"
import { anthropicPeer } from "./support/anthropic-peer"
import { rejection } from "./support/rejection"
import { reached } from "./support/runs"
import { testServer } from "./support/server"

/** A breaker with a manual clock. */
function breaker() {
  const clock = { ms: 1000, opened: 0 }
  const it = createBreaker(
    standardBreaker,
    () => clock.opened++,
    () => clock.ms,
  )
  const call = (verdict: Verdict) => it.enter()?.(verdict)
  const failing = (times: number) => {
    for (let i = 0; i < times; i++) call("failure")
  }
  return { ...it, clock, call, failing }
}

test("five consecutive failures open it, and a success resets the count", () => {
  const { status, failing, call, enter, clock } = breaker()
  failing(4)
  call("nothing")
  expect(status()).toMatchObject({ state: "closed", failure_count: 4 })
  call("success")
  failing(4)
  expect(status()).toMatchObject({ state: "closed", failure_count: 4 })
  failing(1)
  expect(status()).toEqual({
    state: "open",
    failure_count: 5,
    success_count: 0,
    last_failure_time: expect.stringMatching(/Z$/),
  })
  expect(clock.opened).toBe(1)
  expect(enter()).toBeUndefined()
})

test("after a minute it lets three concurrent calls through, and closes after two successes", () => {
  const { status, failing, enter, retryAfterS, clock } = breaker()
  failing(5)
  clock.ms += 59_999
  expect(retryAfterS()).toBe(1)
  expect(status().state).toBe("open")
  clock.ms += 1
  expect(status().state).toBe("half_open")
  const [first, second, third] = [enter(), enter(), enter()]
  expect(third).toBeDefined()
  expect(enter()).toBeUndefined()
  first?.("success")
  expect(status()).toMatchObject({ state: "half_open", success_count: 1 })
  const fourth = enter()
  fourth?.("nothing")
  second?.("success")
  expect(status()).toMatchObject({ state: "closed", failure_count: 0 })
  third?.("failure")
  expect(status()).toMatchObject({ state: "closed", failure_count: 0 })
})

test("one failed probe opens it for another minute and is reported again", () => {
  const { status, failing, call, clock } = breaker()
  failing(5)
  clock.ms += 60_000
  call("success")
  call("failure")
  expect(clock.opened).toBe(2)
  clock.ms += 59_999
  expect(status().state).toBe("open")
  clock.ms += 1
  expect(status()).toMatchObject({ state: "half_open", success_count: 0 })
})

test("a call that began before it opened no longer counts", () => {
  const { status, failing, enter, clock } = breaker()
  const [early, late] = [enter(), enter()]
  failing(5)
  early?.("success")
  expect(status().state).toBe("open")
  clock.ms += 60_000
  expect(status().state).toBe("half_open")
  late?.("failure")
  expect(status().state).toBe("half_open")
})

test("no calls go to a failing service: routes, health and a stored event say so, and its runs wait", async () => {
  await using peer = await anthropicPeer({ answer: () => ({ status: 500 }) })
  const settings = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  await using server = await testServer({ settings })
  await server.client.uploadDocuments([{ name: "a.md", content: new Blob(["# One\n\nTwo."]) }])
  const workflow = await server.client.createWorkflow({
    name: "W",
    preset: "discovery_design_planning",
  })
  const breakers = async () => (await server.fetch("/api/status/circuit-breakers")).json()
  expect(await breakers()).toEqual({
    circuit_breakers: ["anthropic", "claude-code", "openrouter", "ollama"].map((name) => ({
      ...{ name, state: "closed", failure_count: 0, success_count: 0 },
      last_failure_time: null,
    })),
  })

  const run = await server.client.startWorkflow(workflow.id, { query: "What?" })
  for await (const event of server.client.events({ lastEventId: 0 })) {
    if (event.type !== "system.warning") continue
    expect(event.data).toMatchObject({ provider: "anthropic", retry_after: 60 })
    break
  }
  expect(peer.requests).toHaveLength(5)
  expect(await breakers()).toMatchObject({
    circuit_breakers: [
      { name: "anthropic", state: "open", failure_count: 5 },
      { name: "claude-code", state: "closed" },
      { name: "openrouter", state: "closed" },
      { name: "ollama", state: "closed" },
    ],
  })
  expect(await (await server.fetch("/health")).json()).toMatchObject({
    status: "degraded",
    checks: { providers: { anthropic: { status: "degraded" } } },
  })
  const home = await server.fetch("/", { headers: { Accept: "text/html" } })
  expect(await home.text()).toContain("paused it")
  const waiting = await reached(server.client, run.id, ({ status }) => status === "waiting")
  const { reason, node, message, until = "" } = waiting.waiting ?? {}
  expect({ reason, node }).toEqual({ reason: "limit", node: "discovery" })
  expect(message).toMatch(/^anthropic failed too often, so it is left alone. .*500/)
  const left_s = (Date.parse(until) - Date.now()) / 1000
  expect(left_s).toBeGreaterThan(0)
  expect(left_s).toBeLessThanOrEqual(60)
  expect(await server.client.changeRun(run.id, "cancel")).toMatchObject({ status: "cancelled" })

  const agent = await server.client.createAgent({ name: "Scout", type: "discovery" })
  expect(
    await rejection(server.client.runAgent(agent.id, { input: { query: "?" } })),
  ).toMatchObject({
    status: 503,
    name: "ServiceUnavailableError",
    message: expect.stringMatching(/failed too often: the next try is in \d+ s\. .*500/),
  })
  expect(peer.requests).toHaveLength(5)
})

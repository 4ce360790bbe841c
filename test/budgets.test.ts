import { expect, test } from "bun:test"
import { join } from "node:path"
import type { PublishedEvent } from "../src/platform/events/event"
import type { Client } from "../src/ways-in/client/client"
import { addDocument, question, serverWithModel } from "./support/agents"
import { anthropicPeer, sampleAnswer } from "./support/anthropic-peer"
import { freshHome } from "./support/database"
import { openRouterPeer } from "./support/openrouter-peer"
import { rejection } from "./support/rejection"
import { finished, historyOf, reached } from "./support/runs"
import { testServer } from "./support/server"

const preset = "discovery_design_planning"

/** A server whose model reports a cost of $0.0012 after each call. */
async function serverWithCosts(settings: Record<string, string>) {
  const peer = await openRouterPeer()
  const key = { OPENROUTER_API_KEY: "sk-or-test-0001", OPENROUTER_BASE_URL: peer.url }
  const server = await testServer({ settings: { ...key, ...settings } })
  await addDocument(server.client)
  return {
    ...{ peer, server, client: server.client },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await peer.stop()
    },
  }
}

async function startPreset(client: Client, more: { budget_usd?: number } = {}) {
  const workflow = await client.createWorkflow({ name: "W", preset })
  return client.startWorkflow(workflow.id, question.input, more)
}

const ofType = (events: PublishedEvent[], type: string) =>
  events.filter((event) => event.type === type).map(({ data }) => data)

test("a run waits once its budget is spent, with an event and no call, and continues with a higher one", async () => {
  await using it = await serverWithCosts({ BUDGET_RUN_USD: "0.002" })
  const { id, workflow_id } = await startPreset(it.client)
  const run = await reached(it.client, id, ({ status }) => status === "waiting")
  expect(run).toMatchObject({ status: "waiting", cost_usd: 0.0024, budget_usd: 0.002, errors: [] })
  expect(run.waiting).toEqual({
    ...{ reason: "budget", node: "planning", budget: "run" },
    ...{ limit_usd: 0.002, spent_usd: 0.0024, estimate_usd: null },
    message: "This run may cost $0.0020, and that is spent.",
  })
  expect(run.nodes.planning).toMatchObject({ attempts: 1, status: "waiting" })
  const page = await it.server.fetch(`/runs/${id}`, { headers: { Accept: "text/html" } })
  expect(await page.text()).toContain("$0.0024, budget $0.0020")
  expect(it.peer.requests).toHaveLength(2)
  const events = await historyOf(it.server.url)
  const of = { budget: "run", limit_usd: 0.002, spent_usd: 0.0024, run_id: id, workflow_id }
  const decision = { ...of, reserved_usd: 0, estimate_usd: null }
  expect(ofType(events, "budget.exceeded")).toEqual([decision] as never)
  expect(ofType(events, "budget.warning")).toEqual([of] as never)
  expect(ofType(events, "system.warning")).toMatchObject([
    { message: expect.stringContaining("openrouter/openrouter/auto is unknown"), run_id: id },
  ])
  await it.client.resumeRun(id)
  await reached(
    it.client,
    id,
    ({ status, version }) => status === "waiting" && version > run.version,
  )
  const tooMuch = rejection(it.client.resumeRun(id, { budget_usd: 1_000_000 }))
  expect(await tooMuch).toMatchObject({ name: "ValidationError" })
  await it.client.resumeRun(id, { budget_usd: 1 })
  const ended = await finished(it.client, id)
  expect(ended).toMatchObject({ status: "completed", budget_usd: 1 })
  expect(it.peer.requests).toHaveLength(3)
})

test("runs that wait for a budget continue by themselves once a setting allows more", async () => {
  await using it = await serverWithCosts({ BUDGET_DAY_USD: "0.002" })
  const { id } = await startPreset(it.client)
  const { waiting } = await reached(it.client, id, ({ status }) => status === "waiting")
  expect(waiting).toMatchObject({ reason: "budget", until: expect.stringContaining("T00:00:00") })
  await it.client.changeSettings({ budget_day_usd: 1 })
  expect(await finished(it.client, id)).toMatchObject({ status: "completed" })
})

test("a budget given at the start overrides BUDGET_RUN_USD, for agents too", async () => {
  await using it = await serverWithCosts({ BUDGET_RUN_USD: "0" })
  const { id, budget_usd } = await startPreset(it.client, { budget_usd: 1 })
  expect(budget_usd).toBe(1)
  expect(await finished(it.client, id)).toMatchObject({ status: "completed", budget_usd: 1 })
  const agent = await it.client.createAgent({ name: "Scout", type: "discovery" })
  const { metadata } = await it.client.runAgent(agent.id, { ...question, budget_usd: 1 })
  expect(metadata).toMatchObject({ cost_usd: 0.0012 })
  expect(await rejection(it.client.runAgent(agent.id, question))).toMatchObject({ status: 402 })
  expect(it.peer.requests).toHaveLength(4)
})

test("the day's budget limits all runs together, and the error says what to do", async () => {
  await using it = await serverWithCosts({ BUDGET_DAY_USD: "0.003" })
  const { id } = await it.client.createAgent({ name: "Scout", type: "discovery" })
  for (let nth = 0; nth < 3; nth++) await it.client.runAgent(id, question)
  const refused = await rejection(it.client.runAgent(id, question))
  const [run] = await it.client.listAgentRuns(id)
  expect(refused).toMatchObject({
    ...{ status: 402, name: "BudgetExceededError" },
    message: "A day (UTC) may cost $0.0030, and that is spent.",
    details: {
      ...{ budget: "day", limit_usd: 0.003, spent_usd: 0.0036, estimate_usd: null },
      ...{ run_id: run!.id, agent_id: id, help: expect.stringContaining("BUDGET_DAY_USD") },
    },
  })
  expect(it.peer.requests).toHaveLength(3)
  const events = await historyOf(it.server.url)
  expect(ofType(events, "budget.warning")).toMatchObject([{ budget: "day", spent_usd: 0.0024 }])
  const accept = { headers: { Accept: "text/html" } }
  const home = await (await it.server.fetch("/", accept)).text()
  expect(home).toMatch(/\$0\.0036[\s\S]*of \$0\.0030/)
  const page = await (await it.server.fetch(`/agents/${id}`, accept)).text()
  expect(page).toMatch(/id="agent-totals"[\s\S]*3 calls[\s\S]*\$0\.0036/)
})

test("a call that could exceed the remaining budget is not made, even if less is spent", async () => {
  await using it = await serverWithModel()
  const { id } = await it.agent({ model: "claude-opus-5-5", max_tokens: 10_000 })
  const start = (budget_usd: number) => it.client.runAgent(id, { ...question, budget_usd })
  const refused = await rejection(start(0.2))
  expect(refused.message).toMatch(
    /^This run may cost \$0\.20: \$0\.00 of that is spent, and the next call to anthropic\/claude-opus-5-5 may cost \$0\.2\d\.$/,
  )
  expect(it.peer.requests).toHaveLength(0)
  const { metadata } = await start(0.3)
  expect(metadata.cost_usd).toBeGreaterThan(0)
  expect(metadata.cost_usd).toBeLessThan(0.2)
})

/** Eight concurrent branches. Each may cost up to $1 and costs `usd`. */
async function serverWithBranches({
  usd = 1,
  before = () => {},
}: {
  usd?: number
  before?: () => unknown
} = {}) {
  const fresh = await freshHome()
  const longest = 16_000
  const models = { "claude-dear-1": { input: 0, output: 1_000_000 / longest } }
  await Bun.write(
    join(fresh.home, "prices.json"),
    JSON.stringify({ anthropic: { as_of: "2026-11-23", models } }),
  )
  const peer = await anthropicPeer({
    before,
    answer: (request) => ({ text: sampleAnswer(request), usage: { output_tokens: usd * longest } }),
  })
  const settings = {
    ...{ ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url },
    DEFAULT_MODEL: "claude-dear-1",
  }
  const server = await testServer({ home: fresh.home, settings })
  const { client } = server
  await addDocument(client)
  const nodes = Array.from({ length: 8 }, (_, nth) => ({
    ...{ id: `n${nth}`, name: `N${nth}`, agent: "discovery" as const },
  }))
  const graph_definition = { nodes }
  const workflow = await client.createWorkflow({ name: "W", graph_definition })
  return {
    ...{ peer, server, client },
    start: (budget_usd: number) =>
      client.startWorkflow(workflow.id, question.input, { budget_usd }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await peer[Symbol.asyncDispose]()
      await fresh[Symbol.asyncDispose]()
    },
  }
}

test("concurrent branches never exceed the budget together", async () => {
  const held = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  await using it = await serverWithBranches({
    before() {
      if (it.peer.requests.length === 3) asked.resolve()
      return held.promise
    },
  })
  const { id } = await it.start(3)
  await asked.promise
  held.resolve()
  const run = await reached(it.client, id, ({ status }) => status === "waiting")
  expect(it.peer.requests).toHaveLength(3)
  expect(run).toMatchObject({ cost_usd: 3, waiting: { reason: "budget" } })
  const events = await historyOf(it.server.url)
  expect(ofType(events, "budget.warning")).toMatchObject([{ budget: "run", spent_usd: 3 }])
})

test("concurrent branches that fit the budget together all run, in whatever order they start and end", async () => {
  await using it = await serverWithBranches()
  for (let nth = 0; nth < 3; nth++) {
    const { id } = await it.start(8)
    expect(await finished(it.client, id)).toMatchObject({ status: "completed", cost_usd: 8 })
  }
  expect(it.peer.requests).toHaveLength(24)
})

test("concurrent branches that could exceed the budget wait for each other, without asking anyone", async () => {
  await using it = await serverWithBranches({ usd: 1 / 8 })
  const { id } = await it.start(2)
  expect(await finished(it.client, id)).toMatchObject({ status: "completed", cost_usd: 1 })
  expect(ofType(await historyOf(it.server.url), "budget.exceeded")).toEqual([])
})

test("recorded answers are reused after a restart even though the budget is spent", async () => {
  const asked = Promise.withResolvers<void>()
  await using peer = await openRouterPeer({
    answer: async () => {
      if (peer.requests.length === 1) return "no JSON"
      asked.resolve()
      return { fault: "silence" }
    },
  })
  const key = { OPENROUTER_API_KEY: "sk-or-test-0001", OPENROUTER_BASE_URL: peer.url }
  await using fresh = await freshHome()
  const { home } = fresh
  const first = await testServer({ home, settings: { ...key, SHUTDOWN_TIMEOUT: "0" } })
  await addDocument(first.client)
  const { id } = await first.client.createAgent({ name: "Scout", type: "discovery" })
  const { id: runId } = await first.client.startAgent(id, question)
  await asked.promise
  await first.stop()

  await using server = await testServer({ home, settings: { ...key, BUDGET_RUN_USD: "0.001" } })
  for await (const { type } of server.client.events({ runId, lastEventId: 0 })) {
    if (type === "agent.failed") break
  }
  const run = await server.client.getRun(runId)
  expect(run).toMatchObject({ status: "failed", errors: [{ error: "BudgetExceededError" }] })
  expect(peer.requests).toHaveLength(2)
  const log = await server.client.listAgentLogs(id)
  // The earlier answer was replayed, and only the call to repair it was refused.
  expect(log.filter((line) => line.includes("is asked for once more"))).toHaveLength(2)
})

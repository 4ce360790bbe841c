import { expect, test } from "bun:test"
import { join } from "node:path"
import { addDocument, question } from "./support/agents"
import { command } from "./support/amelia"
import { chatServer, whole } from "./support/chat"
import { freshHome } from "./support/database"
import { openRouterPeer } from "./support/openrouter-peer"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

const preset = "discovery_design_planning"

test("totals are given by day, agent and model, with the known part of an unknown cost", async () => {
  let costs: number | null = 0.0012
  await using peer = await openRouterPeer({
    answer: () => ({ text: "Done.", usage: { cost: costs } }),
  })
  const settings = { OPENROUTER_API_KEY: "sk-or-test-0001", OPENROUTER_BASE_URL: peer.url }
  await using server = await testServer({ settings })
  await addDocument(server.client)
  const system_prompt = "Be brief."
  const { id } = await server.client.createAgent({ name: "Clerk", type: "custom", system_prompt })
  await server.client.runAgent(id, question)
  costs = null
  const { metadata } = await server.client.runAgent(id, question)
  expect(metadata.cost_usd).toBeNull()
  const totals = async (query: string) => (await server.fetch(`/api/calls/totals${query}`)).json()
  const sum = { calls: 2, input_tokens: 200, cost_usd: null, known_cost_usd: 0.0012 }
  const day = new Date().toISOString().slice(0, 10)
  expect(await totals(`?since=${day}`)).toMatchObject([{ day, ...sum }])
  expect(await totals("?by=agent")).toMatchObject([{ agent_id: id, ...sum }])
  expect(await totals("?by=model")).toMatchObject([{ model: "openrouter/openrouter/auto", ...sum }])
  expect(await totals("?since=2999-01-01T00:00:00Z")).toEqual([])
  expect(await totals("?by=week")).toMatchObject({ error: "ValidationError" })
  const page = await server.fetch(`/agents/${id}`, { headers: { Accept: "text/html" } })
  expect(await page.text()).toContain("cost ≥ $0.0012")
})

test("the day's budget limits a chat, and the error says why there is no answer", async () => {
  await using it = await chatServer({}, { BUDGET_DAY_USD: "0.001" })
  const refused = await rejection(whole(it.client.chat(it.id, { message: "Hello" })))
  expect(refused).toMatchObject({ name: "BudgetExceededError", details: { budget: "day" } })
  expect(it.peer.requests).toHaveLength(0)
  expect(await it.client.getSession(it.id)).toMatchObject({ cost_usd: 0 })
})

test("a command gives its run a budget, and says where it waits once that is spent", async () => {
  await using peer = await openRouterPeer()
  await using fresh = await freshHome()
  const { home } = fresh
  const doc = join(home, "brief.md")
  await Bun.write(doc, "# Lantern\n\nUsers must be able to save a link.")
  const env = { OPENROUTER_API_KEY: "sk-or-test-0001", OPENROUTER_BASE_URL: peer.url }
  const ran = await command(["run", preset, "--doc", doc, "--budget", "0.001"], { home, env })
  expect(ran).toMatchObject({ code: 3, err: expect.stringContaining("design: waiting") })
  expect(peer.requests).toHaveLength(1)
})

import { expect, test } from "bun:test"
import type { AgentInput } from "../src/features/agents/schema"
import { addDocument, question, recorded } from "./support/agents"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

test("an agent is created with the given fields, the settings for the rest, and is idle", async () => {
  await using server = await testServer({ settings: { DEFAULT_TEMPERATURE: "0.3" } })
  const { client } = server
  const made = await client.createAgent({ name: "Scout", type: "discovery", timeout: 60 })
  expect(made).toMatchObject({
    ...{ name: "Scout", type: "discovery", status: "idle", progress: 0, version: 1 },
    ...{ input: null, output: null, error: null, started_at: null, completed_at: null },
  })
  expect(made.config).toEqual({
    ...{ name: "Scout", description: "", system_prompt: "", model: "auto", temperature: 0.3 },
    ...{ max_tokens: 16_000, timeout: 60, retry_attempts: 3, context_sources: [] },
    search_documents: true,
  })
  const body = { type: "custom", config: { name: "Poet", system_prompt: "Rhyme.", max_tokens: 9 } }
  const headers = { "Content-Type": "application/json" }
  const init = { method: "POST", body: JSON.stringify(body), headers }
  const nested = await server.fetch("/api/agents", init)
  expect(nested.status).toBe(201)
  const poet = await nested.json()
  expect(poet.config).toMatchObject({ name: "Poet", system_prompt: "Rhyme.", max_tokens: 9 })
  expect(await client.listAgents()).toEqual([poet, made])
  expect(await client.getAgent(made.id)).toEqual(made)
})

test.each<[string, object, RegExp]>([
  ["a type that is not there", { type: "dream" }, /"dream".*discovery.*review.*custom/],
  ["a custom one without a system prompt", { type: "custom" }, /system_prompt/],
  ["a folder that is not kept", { context_sources: ["/home/me/notes"] }, /folder/],
  ["a document that is not there", { context_sources: [Bun.randomUUIDv7()] }, /document/],
  ["a model that is not there", { model: "nobody/nothing" }, /nobody/],
  ["an unknown field", { temprature: 1 }, /temprature/],
  ["a field twice", { config: { name: "Other" } }, /config/],
  ["no name", { name: " " }, /name/],
])("an agent with %s is rejected and not stored", async (_, more, sentence) => {
  await using server = await testServer()
  const input = { name: "A", type: "discovery", ...more } as AgentInput
  const refusal = await rejection(server.client.createAgent(input))
  expect(refusal.message).toMatch(sentence)
  expect(await server.client.listAgents()).toEqual([])
})

test("only a client with the current version can change an agent; deleting it deletes its runs", async () => {
  await using server = await testServer()
  const { client } = server
  await addDocument(client)
  const { id } = await client.createAgent({ name: "Scout", type: "discovery", temperature: 1 })
  const changed = await client.updateAgent(id, { name: "Owl", temperature: null, version: 1 })
  expect(changed).toMatchObject({ name: "Owl", version: 2, config: { temperature: 0.7 } })
  expect(await rejection(client.updateAgent(id, { name: "Cat", version: 1 }))).toMatchObject({
    ...{ status: 409, name: "ConcurrentModificationError" },
    details: { current_version: 2, help: expect.any(String) },
  })
  expect(await rejection(client.updateAgent(id, { type: "custom" }))).toMatchObject({ status: 400 })

  const { metadata } = await client.runAgent(id, question)
  expect(await client.deleteAgent(id)).toEqual({ status: "deleted" })
  const gone = await Promise.all([
    rejection(client.getRun(metadata.run_id)),
    ...[client.getAgent(id), client.stopAgent(id), client.startAgent(id, question)].map(rejection),
    rejection(client.getAgent("1")),
  ])
  expect(gone.map(({ name }) => name)).toEqual([
    "RunNotFoundError",
    ...Array.from({ length: 4 }, () => "AgentNotFoundError"),
  ])
})

test("a start waits for the result, and the agent, its runs and its log report it", async () => {
  await using server = await testServer()
  const { client } = server
  await addDocument(client)
  const { id } = await client.createAgent({ name: "Scout", type: "discovery" })
  const result = await client.runAgent(id, question)
  expect(result).toMatchObject({
    ...{ status: "completed", error: null, output: { features: expect.any(Array) } },
    metadata: { model: "offline", cost_usd: 0 },
  })
  expect(result.metadata.context_used).toBeGreaterThan(0)
  const { run_id } = result.metadata
  expect(await client.getAgent(id)).toMatchObject({
    ...{ status: "completed", progress: 1, input: question.input, output: result.output },
    ...{ started_at: result.started_at, completed_at: result.completed_at },
  })
  const runs = await client.listAgentRuns(id)
  expect(runs).toMatchObject([{ id: run_id, agent_id: id, workflow_id: null }])
  expect(runs[0]!.workflow_name).toBe("Scout")
  expect(await client.listArtifacts(run_id)).toMatchObject([{ node: "discovery" }])

  const lines = await client.listAgentLogs(id)
  for (const line of lines) {
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|WARNING|ERROR) Scout: \S/)
  }
  expect(lines.map((line) => line.split(" ").slice(3, 5).join(" "))).toEqual([
    ...["started", "found 2", "works by", "completed after"],
  ])
  expect(await client.listAgentLogs(id, { limit: 1 })).toEqual(lines.slice(-1))

  const events = await recorded(client, id, "agent.completed")
  expect(events.map(({ type }) => String(type))).toEqual(["agent.started", "agent.completed"])
  const history = await server.fetch(`/api/events/history?agent_id=${id}`)
  expect(await history.json()).toEqual(events)
  const ofRun = await (await server.fetch(`/api/events/history?run_id=${run_id}`)).json()
  expect(ofRun).toEqual(events)
})

test("a custom agent without a model picks passages, cites them and says so", async () => {
  await using server = await testServer()
  await addDocument(server.client)
  const own = { name: "Clerk", type: "custom", system_prompt: "Answer briefly." } as const
  const { id } = await server.client.createAgent(own)
  const { output, metadata } = await server.client.runAgent(id, question)
  expect(output).toContain("extractive: no language model was used")
  expect(output).toMatch(/never hold more than 500 links\. \[\d\]/)
  const [artifact] = await server.client.listArtifacts(metadata.run_id)
  expect(artifact!.data).toBe(output)
  expect(artifact!.citations.length).toBeGreaterThan(0)
})

import { expect, test } from "bun:test"
import type { AgentInput } from "../src/agents/schema"
import type { Client } from "../src/client"
import type { PublishedEvent } from "../src/events/event"
import { anthropicPeer, type MessagesRequest, sampleAnswer } from "./support/anthropic-peer"
import { rejection } from "./support/rejection"
import { finished } from "./support/runs"
import { testServer } from "./support/server"

const brief = `# Lantern

Users must be able to save a link with one key press.

## Limits

A list must never hold more than 500 links.
`
const question = { input: { query: "What are the limits of a list?" } }

async function addDocument(client: Client, name: string, text: string) {
  const [document] = await client.uploadDocuments([{ name, content: new Blob([text]) }])
  return document!
}

/** A server with a model behind a peer, a document, and a way to make agents of it. */
async function serverWithModel(options: Parameters<typeof anthropicPeer>[0] = {}) {
  const peer = await anthropicPeer(options)
  const settings = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  const server = await testServer({ settings })
  await addDocument(server.client, "brief.md", brief)
  return {
    ...{ peer, server, client: server.client },
    agent: (more: Partial<AgentInput> = {}) =>
      server.client.createAgent({ name: "Scout", type: "discovery", ...more }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await peer.stop()
    },
  }
}

/** As above, with a model that answers when `release` is called. */
async function heldModel() {
  const held = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<MessagesRequest>()
  const it = await serverWithModel({
    before: async (request) => {
      asked.resolve(request)
      await held.promise
    },
  })
  return {
    ...it,
    asked: asked.promise,
    release: held.resolve,
    async [Symbol.asyncDispose]() {
      held.resolve()
      await it[Symbol.asyncDispose]()
    },
  }
}

async function recorded(client: Client, agentId: string, last: string): Promise<PublishedEvent[]> {
  const events: PublishedEvent[] = []
  for await (const event of client.events({ agentId, lastEventId: 0 })) {
    if (event.id !== null) events.push(event)
    if (event.type === last) break
  }
  return events
}

test("an agent is made with what is given, has the settings for the rest, and is idle", async () => {
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
  ["a type that is not there yet", { type: "review" }, /"review".*discovery.*custom/],
  ["a custom one without a system prompt", { type: "custom" }, /system_prompt/],
  ["a folder as a source", { context_sources: ["/home/me/notes"] }, /folders/],
  ["a document that is not there", { context_sources: [Bun.randomUUIDv7()] }, /document/],
  ["a model that is not there", { model: "nobody/nothing" }, /nobody/],
  ["an unknown field", { temprature: 1 }, /temprature/],
  ["a field twice", { config: { name: "Other" } }, /config/],
  ["no name", { name: " " }, /name/],
])("an agent with %s is refused and not stored", async (_, more, sentence) => {
  await using server = await testServer()
  const input = { name: "A", type: "discovery", ...more } as AgentInput
  const refusal = await rejection(server.client.createAgent(input))
  expect(refusal.message).toMatch(sentence)
  expect(await server.client.listAgents()).toEqual([])
})

test("an agent is changed by who saw its present version, and deleted with its runs", async () => {
  await using server = await testServer()
  const { client } = server
  await addDocument(client, "brief.md", brief)
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

test("a start waits for the result, and the agent, its runs and its log tell of it", async () => {
  await using server = await testServer()
  const { client } = server
  await addDocument(client, "brief.md", brief)
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
    ...["started", "found 2", "asks offline", "completed after"],
  ])
  expect(await client.listAgentLogs(id, { limit: 1 })).toEqual(lines.slice(-1))

  const events = await recorded(client, id, "agent.completed")
  expect(events.map(({ type }) => String(type))).toEqual(["agent.started", "agent.completed"])
  const history = await server.fetch(`/api/events/history?agent_id=${id}`)
  expect(await history.json()).toEqual(events)
  const ofRun = await (await server.fetch(`/api/events/history?run_id=${run_id}`)).json()
  expect(ofRun).toEqual(events)
})

test("a custom agent without a model picks passages, cites them and says what it is", async () => {
  await using server = await testServer()
  await addDocument(server.client, "brief.md", brief)
  const own = { name: "Clerk", type: "custom", system_prompt: "Answer briefly." } as const
  const { id } = await server.client.createAgent(own)
  const { output, metadata } = await server.client.runAgent(id, question)
  expect(output).toContain("extractive: no language model was used")
  expect(output).toMatch(/never hold more than 500 links\. \[\d\]/)
  const [artifact] = await server.client.listArtifacts(metadata.run_id)
  expect(artifact!.data).toBe(output)
  expect(artifact!.citations.length).toBeGreaterThan(0)
})

test("a model gets what the agent is told to be, within its limits, from its sources only", async () => {
  await using it = await serverWithModel({ answer: () => "500 links [1], not [7]." })
  const other = await addDocument(it.client, "other.md", "# Other\n\nLists are blue here.\n")
  const { id } = await it.agent({
    ...{ type: "custom", system_prompt: "You are a clerk.", model: "claude-haiku-5-5" },
    ...{ max_tokens: 777, context_sources: [other.id] },
  })
  const { output, metadata } = await it.client.runAgent(id, question)
  expect(output).toBe("500 links [1], not [7].")
  expect(metadata).toMatchObject({ model: "anthropic/claude-haiku-5-5", context_used: 1 })
  const [request] = it.peer.requests
  expect(request).toMatchObject({ model: "claude-haiku-5-5", max_tokens: 777 })
  expect(request!.output_config).toBeUndefined()
  expect(request!.system[0]!.text).toStartWith("You are a clerk.")
  expect(request!.messages[0]!.content).toContain("Lists are blue here.")
  expect(request!.messages[0]!.content).not.toContain("500 links")
  const [artifact] = await it.client.listArtifacts(metadata.run_id)
  expect(artifact!.citations).toMatchObject([{ number: 1, document_id: other.id }])
})

test("of many starts at once just one wins, and the next one may begin when it is over", async () => {
  await using it = await heldModel()
  const { id } = await it.agent()
  const starts = Array.from({ length: 8 }, () => it.client.startAgent(id, question))
  const results = await Promise.allSettled(starts)
  const won = results.filter((result) => result.status === "fulfilled")
  const lost = results.filter((result) => result.status === "rejected")
  expect(won).toHaveLength(1)
  for (const { reason } of lost) {
    expect(reason).toMatchObject({ status: 409, name: "AlreadyRunningError" })
    expect(reason.details).toMatchObject({ agent_id: id, help: expect.any(String) })
  }
  expect(await it.client.getAgent(id)).toMatchObject({ status: "running", completed_at: null })
  expect(await rejection(it.client.deleteAgent(id))).toMatchObject({ name: "WorkflowStateError" })
  await it.asked
  it.release()
  await recorded(it.client, id, "agent.completed")
  expect((await it.client.runAgent(id, question)).status).toBe("completed")
  expect(await it.client.listAgentRuns(id)).toHaveLength(2)
})

test("a stop reaches the model, ends whoever waits, and is told once", async () => {
  await using it = await heldModel()
  const { id } = await it.agent()
  const waiting = it.client.runAgent(id, question)
  const request = await it.asked
  const gone = new Promise((resolve) => request.disconnected.addEventListener("abort", resolve))
  expect(await it.client.stopAgent(id)).toMatchObject({ status: "cancelled" })
  await gone
  expect(await waiting).toMatchObject({ status: "cancelled", output: null })
  const events = await recorded(it.client, id, "agent.cancelled")
  expect(events.map(({ type }) => String(type))).toEqual(["agent.started", "agent.cancelled"])
  expect((await it.client.listAgentLogs(id)).at(-1)).toEndWith("WARNING Scout: cancelled")
  expect(await rejection(it.client.stopAgent(id))).toMatchObject({
    ...{ status: 400, name: "WorkflowStateError" },
  })
})

test("an agent that takes too long is ended, the time of the request before its own", async () => {
  await using it = await serverWithModel({ fault: () => ({ fault: "silence" }) })
  const { id } = await it.agent({ timeout: 3600, retry_attempts: 0 })
  const late = await rejection(it.client.runAgent(id, { ...question, timeout: 0.2 }))
  expect(late).toMatchObject({ status: 504, name: "AgentTimeoutError" })
  expect(late.message).toContain("0.2 seconds")
  const [run] = await it.client.listAgentRuns(id)
  expect(late).toHaveProperty("details.run_id", run!.id)
  expect(await it.client.getAgent(id)).toMatchObject({ status: "failed", error: late.message })
  expect(it.peer.requests[0]!.disconnected.aborted).toBe(true)
  expect((await recorded(it.client, id, "agent.failed")).at(-1)).toMatchObject({
    data: { agent_id: id, run_id: run!.id, workflow_id: null, error: late.message },
  })
})

test("a stream that breaks is tried again as often as the agent may, and the log says why", async () => {
  let breaks = 1
  await using it = await serverWithModel({
    fault: () => (breaks-- > 0 ? { fault: "truncate", after: "{" } : undefined),
  })
  const { id } = await it.agent({ retry_attempts: 1 })
  const { status, metadata } = await it.client.runAgent(id, question)
  expect(status).toBe("completed")
  expect((await it.client.getRun(metadata.run_id)).nodes.discovery).toMatchObject({ attempts: 2 })
  const lines = await it.client.listAgentLogs(id)
  expect(
    lines.filter((line) => / WARNING Scout: tries again \(attempt 2\)/.test(line)),
  ).toHaveLength(1)

  await using dead = await serverWithModel({ fault: () => ({ status: 401 }) })
  const refused = await dead.agent()
  expect(await rejection(dead.client.runAgent(refused.id, question))).toMatchObject({
    ...{ status: 502, name: "LLMAPIError", details: { run_id: expect.any(String) } },
  })
  expect(dead.peer.requests).toHaveLength(1)
})

test("an answer without the right shape is repaired once; a second one is kept as it is", async () => {
  let wrong = 1
  await using it = await serverWithModel({
    answer: (request) => (wrong-- > 0 ? "no JSON, sorry" : sampleAnswer(request)),
  })
  const { id } = await it.agent()
  expect((await it.client.runAgent(id, question)).status).toBe("completed")
  expect(it.peer.requests).toHaveLength(2)
  expect((await it.client.listAgentLogs(id)).join("\n")).toMatch(/WARNING Scout: .*once more/)

  wrong = 2
  const failure = await rejection(it.client.runAgent(id, question))
  expect(failure).toMatchObject({
    ...{ status: 500, name: "AgentExecutionError", details: { raw_output: "no JSON, sorry" } },
  })
  const [run] = await it.client.listAgentRuns(id)
  expect(await it.client.listSteps(run!.id)).toMatchObject([{ raw_output: "no JSON, sorry" }])
  expect(it.peer.requests).toHaveLength(4)
})

test("a node of a workflow can be an agent, which the run keeps as it was at its start", async () => {
  await using it = await heldModel()
  const { id } = await it.agent({ system_prompt: "Be brave.", max_tokens: 555 })
  const node = (agent: string) => ({ id: "scout", name: "Scout", agent })
  const define = (agent: string) =>
    it.client.createWorkflow({ name: "W", graph_definition: { nodes: [node(agent)] } })
  expect(await rejection(define(Bun.randomUUIDv7()))).toMatchObject({
    ...{ status: 400, details: { issues: [{ path: "graph_definition.nodes.0.agent" }] } },
  })
  const workflow = await define(id)
  const run = await it.client.startWorkflow(workflow.id, question.input)
  expect(run).toMatchObject({ workflow_id: workflow.id, agent_id: null })
  const request = await it.asked
  expect(request).toMatchObject({ max_tokens: 555 })
  expect(request.system[0]!.text).toContain("Be brave.")
  await it.client.deleteAgent(id)
  it.release()
  expect((await finished(it.client, run.id)).status).toBe("completed")
  const [started] = await recorded(it.client, id, "agent.completed")
  expect(started!.data).toMatchObject({ agent_id: id, workflow_id: workflow.id })
  expect(await rejection(it.client.startWorkflow(workflow.id, question.input))).toMatchObject({
    ...{ status: 404, name: "AgentNotFoundError", details: { agent_ids: [id] } },
  })
})

test("an agent whose server ended goes on at the next start, and who waited is told so", async () => {
  await using it = await heldModel()
  const { id } = await it.agent()
  const waiting = rejection(it.client.runAgent(id, question))
  await it.asked
  await it.server.stop()
  expect(await waiting).toMatchObject({ status: 503, details: { run_id: expect.any(String) } })
  it.release()
  const settings = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: it.peer.url }
  await using next = await testServer({ home: it.server.home, settings })
  const events = await recorded(next.client, id, "agent.completed")
  expect(events.map(({ type }) => String(type))).toEqual(["agent.started", "agent.completed"])
})

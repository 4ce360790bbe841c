import { expect, test } from "bun:test"
import { addDocument, heldModel, question, recorded, serverWithModel } from "./support/agents"
import { sampleAnswer } from "./support/anthropic-peer"
import { rejection } from "./support/rejection"
import { finished } from "./support/runs"
import { testServer } from "./support/server"

test("a model gets the agent's instructions, limits and sources, and nothing else", async () => {
  await using it = await serverWithModel({ answer: () => "500 links [1], not." })
  const other = await addDocument(it.client, "other.md", "# Other\n\nLists are blue here.\n")
  const { id } = await it.agent({
    ...{ type: "custom", system_prompt: "You are a clerk.", model: "claude-haiku-5-5" },
    ...{ max_tokens: 777, temperature: 0.1, context_sources: [other.id] },
  })
  const { output, metadata } = await it.client.runAgent(id, question)
  expect(output).toBe("500 links [1], not.")
  expect(metadata).toMatchObject({ model: "anthropic/claude-haiku-5-5", context_used: 1 })
  const [request] = it.peer.requests
  expect(request).toMatchObject({ model: "claude-haiku-5-5", max_tokens: 16_777 })
  expect(request!.output_config).toBeUndefined()
  const calls = await it.client.listCalls(metadata.run_id)
  expect(calls.at(-1)!.request).toMatchObject({ max_tokens: 777, temperature: 0.1 })
  expect(request!.system[0]!.text).toStartWith("You are a clerk.")
  expect(request!.messages[0]!.content).toContain("Lists are blue here.")
  expect(request!.messages[0]!.content).not.toContain("500 links")
  const [artifact] = await it.client.listArtifacts(metadata.run_id)
  expect(artifact!.citations).toMatchObject([{ number: 1, document_id: other.id }])
})

test("only one of many concurrent starts wins, and the next can begin when it ends", async () => {
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

test("a stop reaches the model, ends every waiting request, and is reported once", async () => {
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

test("an agent that takes too long is stopped, and a request's timeout overrides the agent's", async () => {
  await using it = await serverWithModel({ fault: () => ({ fault: "silence" }) })
  const { id } = await it.agent({ timeout: 3600, retry_attempts: 3 })
  const late = await rejection(it.client.runAgent(id, { ...question, timeout: 3 }))
  expect(late).toMatchObject({ status: 504, name: "AgentTimeoutError" })
  expect(late.message).toContain("3 seconds")
  const [run] = await it.client.listAgentRuns(id)
  expect(late).toHaveProperty("details.run_id", run!.id)
  expect(await it.client.getAgent(id)).toMatchObject({ status: "failed", error: late.message })
  expect(it.peer.requests.map(({ disconnected }) => disconnected.aborted)).toEqual([true])
  expect((await recorded(it.client, id, "agent.failed")).at(-1)).toMatchObject({
    data: { agent_id: id, run_id: run!.id, workflow_id: null, error: late.message },
  })
})

test("a broken stream is retried up to the agent's limit, and the log says why", async () => {
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
})

test("an error that a retry can't fix is reported at once as the model's error", async () => {
  await using it = await serverWithModel({ fault: () => ({ status: 401 }) })
  const { id } = await it.agent()
  expect(await rejection(it.client.runAgent(id, question))).toMatchObject({
    ...{ status: 502, name: "LLMAPIError", details: { run_id: expect.any(String) } },
  })
  expect(it.peer.requests).toHaveLength(1)
})

test("an invalid answer is repaired once; a second one is kept unchanged", async () => {
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

test("a workflow node can be an agent, and the run keeps the agent's config from its start", async () => {
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
  expect(request).toMatchObject({ max_tokens: 16_555 })
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

test("an agent whose server stopped continues at the next start, and waiting clients are told", async () => {
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

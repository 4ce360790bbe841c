import { expect, test } from "bun:test"
import type { PublishedEvent } from "../src/platform/events/event"
import { anthropicPeer } from "./support/anthropic-peer"
import { rejection } from "./support/rejection"
import { finished } from "./support/runs"
import { type TestServer, testServer } from "./support/server"

const brief = `# Lantern

Lantern is a reading list for teams.

## Saving

Users must be able to save a link with one key press. Saved links are stored in a local file.

## Limits

A list must never hold more than 500 links.
`

async function withBrief(server: TestServer) {
  const [document] = await server.client.uploadDocuments([
    { name: "brief.md", content: new Blob([brief]) },
  ])
  return document!
}

async function preset(server: TestServer) {
  return server.client.createWorkflow({ name: "Plan", preset: "discovery_design_planning" })
}

test("without a key the main job makes three artifacts out of the documents and says that no model was used", async () => {
  await using server = await testServer()
  const document = await withBrief(server)
  const workflow = await preset(server)
  const started = await server.client.startWorkflow(workflow.id, {
    query: "What should be built?",
    document_ids: [document.id],
  })
  expect(started).toMatchObject({ status: "running", workflow_id: workflow.id })
  const run = await finished(server.client, started.id)
  expect(run).toMatchObject({ status: "completed", progress: 1, errors: [], cost_usd: 0 })

  const artifacts = await server.client.listArtifacts(run.id)
  expect(artifacts.map(({ node }) => node)).toEqual(["discovery", "design", "planning"])
  const { content } = await server.client.getDocument(document.id)
  for (const artifact of artifacts) {
    expect(artifact.content).toContain("no language model was used")
    expect(artifact.citations.length).toBeGreaterThan(0)
    for (const { document_id, start, end, quote } of artifact.citations) {
      expect(document_id).toBe(document.id)
      expect(content.slice(start, end)).toBe(quote)
    }
  }
  expect(artifacts[0]!.content).toContain("save a link")
  const file = (name: string) => server.fetch(`/runs/${run.id}/artifacts/${name}`)
  expect(await (await file("design.md")).text()).toBe(artifacts[1]!.content)
  expect(await (await file("design.json")).json()).toEqual(artifacts[1])
  expect((await file("design.txt")).status).toBe(404)
  expect(await server.client.getWorkflow(workflow.id)).toMatchObject({ status: "completed" })
})

test("with a model each step asks it once, with the sources and what came before", async () => {
  await using peer = await anthropicPeer()
  const settings = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  await using server = await testServer({ settings })
  await withBrief(server)
  const workflow = await preset(server)
  const { id } = await server.client.startWorkflow(workflow.id, { query: "What should be built?" })
  const run = await finished(server.client, id)
  expect(run.status).toBe("completed")
  expect(peer.requests).toHaveLength(3)
  const calls = await server.client.listCalls(id)
  expect(calls.filter(({ kind }) => kind === "model")).toHaveLength(3)
  for (const call of calls.filter(({ kind }) => kind === "model")) {
    expect(call).toMatchObject({ provider: "anthropic", error: null, cost_usd: expect.any(Number) })
    expect(call.input_tokens).toBeGreaterThan(0)
    expect(JSON.stringify(call)).not.toContain("sk-ant-test")
  }
})

test("nodes without a path between them run at the same time and a join waits for all of them", async () => {
  const together = Promise.withResolvers<void>()
  let waiting = 0
  await using peer = await anthropicPeer({
    async before() {
      // Nobody is answered before two have asked: one after the other, this would never end.
      if (++waiting === 2) together.resolve()
      await together.promise
    },
  })
  const settings = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  await using server = await testServer({ settings })
  await withBrief(server)
  const node = (id: string, dependencies: string[] = []) => {
    return { id, name: id, agent: "discovery" as const, dependencies }
  }
  const nodes = [node("left"), node("right"), node("join", ["left", "right"])]
  const workflow = await server.client.createWorkflow({ name: "V", graph_definition: { nodes } })
  const { id } = await server.client.startWorkflow(workflow.id, { query: "What?" })
  const run = await finished(server.client, id)
  expect(run.status).toBe("completed")
  const { left, right, join } = run.nodes
  expect(join!.started_at! >= left!.completed_at!).toBe(true)
  expect(join!.started_at! >= right!.completed_at!).toBe(true)
})

test("a failed step ends the run as failed, says why, and what depends on it is skipped", async () => {
  await using peer = await anthropicPeer({ fault: () => ({ status: 401 }) })
  const settings = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  await using server = await testServer({ settings })
  await withBrief(server)
  const workflow = await preset(server)
  const { id } = await server.client.startWorkflow(workflow.id, { query: "What?" })
  const run = await finished(server.client, id)
  expect(run.status).toBe("failed")
  expect(run.errors).toMatchObject([{ node: "discovery", error: "LLMAPIError" }])
  expect(run.errors[0]!.message).toContain("ANTHROPIC_API_KEY")
  expect(run.nodes.planning!.status).toBe("skipped")
  expect(await server.client.listArtifacts(id)).toEqual([])
})

test("a run tells of itself in order, each event of record once and with the next id", async () => {
  await using server = await testServer()
  await withBrief(server)
  const workflow = await preset(server)
  const { id } = await server.client.startWorkflow(workflow.id, { query: "What?" })
  await finished(server.client, id)
  const events: PublishedEvent[] = []
  for await (const event of server.client.events({ lastEventId: 0 })) {
    if (event.id !== null) events.push(event)
    if (event.type === "workflow.completed") break
  }
  expect(events.map((event) => event.id)).toEqual(events.map((_, index) => index + 1))
  const ofRun = events.filter((event) => "run_id" in event.data && event.data.run_id === id)
  const step = ["agent.started", "agent.completed"]
  expect(ofRun.map(({ type }) => String(type))).toEqual([
    "workflow.started",
    ...step,
    ...step,
    ...step,
    "workflow.completed",
  ])
})

test("documents and models that do not exist are refused before a run is stored", async () => {
  await using server = await testServer()
  const workflow = await preset(server)
  const unknown = Bun.randomUUIDv7()
  const start = (input: object) =>
    server.client.startWorkflow(workflow.id, { query: "What?", ...input })
  expect(await rejection(start({ document_ids: [unknown] }))).toMatchObject({
    name: "DocumentNotFoundError",
  })
  expect(await rejection(start({ model: "nobody/nothing" }))).toMatchObject({
    name: "ValidationError",
  })
  expect(await rejection(start({ query: " " }))).toMatchObject({ name: "ValidationError" })
  expect(await rejection(start({ repo: "/src" }))).toMatchObject({
    message: "No node of this run works in a repository: leave repo out.",
  })
  const body = JSON.stringify({ input: { query: "What?" }, budget_usd: -1 })
  const headers = { "Content-Type": "application/json" }
  const path = `/api/workflows/${workflow.id}/start`
  const refused = await server.fetch(path, { method: "POST", body, headers })
  expect(await refused.json()).toMatchObject({ details: { issues: [{ path: "budget_usd" }] } })
  expect(await server.client.listRuns()).toEqual([])
})

test("with RECORD_BODIES=false nothing that a model was asked or answered stays behind", async () => {
  await using peer = await anthropicPeer()
  const settings = {
    ...{ ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url },
    RECORD_BODIES: "false",
  }
  await using server = await testServer({ settings })
  await withBrief(server)
  const workflow = await preset(server)
  const { id } = await server.client.startWorkflow(workflow.id, { query: "What?" })
  expect((await finished(server.client, id)).status).toBe("completed")
  const calls = (await server.client.listCalls(id)).filter(({ kind }) => kind === "model")
  expect(calls).toHaveLength(3)
  for (const { request, response, input_tokens } of calls) {
    expect({ request, response }).toEqual({ request: null, response: null })
    expect(input_tokens).toBeGreaterThan(0)
  }
})

test("without a model and without documents nothing is started, and it says why", async () => {
  await using server = await testServer()
  const workflow = await preset(server)
  const start = server.client.startWorkflow(workflow.id, { query: "What?" })
  expect(await rejection(start)).toMatchObject({
    name: "ValidationError",
    message: expect.stringContaining("no documents"),
  })
  expect(await server.client.listRuns()).toEqual([])
})

import { expect, test } from "bun:test"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

const agent = { type: "agent", agent: "discovery" }

function define(nodes: object[]): RequestInit {
  const body = JSON.stringify({ name: "Mine", graph_definition: { nodes } })
  return { method: "POST", body, headers: { "Content-Type": "application/json" } }
}

test("a workflow created from a preset can be read and listed", async () => {
  await using server = await testServer()
  const { client } = server
  const made = await client.createWorkflow({ name: "Mine", preset: "discovery_design_planning" })
  expect(made).toMatchObject({ status: "idle", progress: 0, version: 1 })
  expect(made.nodes.map(({ id }) => id)).toEqual(["discovery", "design", "planning"])
  expect(await client.getWorkflow(made.id)).toEqual(made)
  expect(await client.listWorkflows()).toEqual([made])
})

test.each([
  [
    "a cycle",
    [
      { id: "a", dependencies: ["b"] },
      { id: "b", dependencies: ["a"] },
    ],
    /a → b → a/,
  ],
  ["a node that waits for itself", [{ id: "a", dependencies: ["a"] }], /a → a/],
  ["an unknown dependency", [{ id: "a", dependencies: ["ghost"] }], /"ghost"/],
  ["a duplicate id", [{ id: "a" }, { id: "a" }], /Two nodes have the id "a"/],
  ["an id that is none", [{ id: "../a" }], /An id starts with a letter/],
  ["an unknown field", [{ id: "a", agnet: "discovery" }], /agnet/],
  ["an unknown type of node", [{ id: "a", type: "dream" }], /agent/],
  ["no nodes", [], /nodes/],
])("a definition with %s is rejected by name and nothing is stored", async (_, nodes, sentence) => {
  await using server = await testServer()
  const whole = nodes.map((node) => ({ ...agent, name: "A", ...node }))
  const response = await server.fetch("/api/workflows", define(whole))
  expect(response.status).toBe(400)
  const body = await response.json()
  expect(body).toMatchObject({ error: "ValidationError", path: "/api/workflows" })
  expect(body.message).toMatch(sentence)
  expect(body.details.issues[0]).toHaveProperty("path")
  expect(await server.client.listWorkflows()).toEqual([])
})

test("malformed JSON, unknown fields, a wrong content type and both kinds at once are rejected", async () => {
  await using server = await testServer()
  const post = (body: string, type = "application/json") =>
    server.fetch("/api/workflows", { method: "POST", body, headers: { "Content-Type": type } })
  const refusals: [Response, number, string][] = [
    [await post("{"), 400, "ValidationError"],
    [await post(`{"name":"A","preset":"discovery_design_planning","x":1}`), 400, "ValidationError"],
    [await post(`{"name":"A"}`), 400, "ValidationError"],
    [await post(`{"name":"A","preset":"nothing_like_it"}`), 400, "ValidationError"],
    [await post(`{"name":"A"}`, "text/plain"), 415, "UnsupportedMediaTypeError"],
    [await post(`{"name":"${"x".repeat(1_000_000)}"}`), 413, "FileTooLargeError"],
  ]
  for (const [response, status, error] of refusals) {
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error, request_id: expect.any(String) })
  }
  expect(await server.client.listWorkflows()).toEqual([])
})

test("an unknown workflow is not found, whatever its id looks like", async () => {
  await using server = await testServer()
  for (const id of [Bun.randomUUIDv7(), "1", "x' or 1=1"]) {
    expect(await rejection(server.client.getWorkflow(id))).toMatchObject({
      status: 404,
      name: "WorkflowNotFoundError",
    })
    expect(await rejection(server.client.startWorkflow(id, { query: "?" }))).toMatchObject({
      status: 404,
    })
  }
})

test("a list comes in pages linked by a Link header", async () => {
  await using server = await testServer()
  for (const name of ["One", "Two", "Three"]) {
    await server.client.createWorkflow({ name, preset: "discovery_design_planning" })
  }
  const first = await server.fetch("/api/workflows?limit=2")
  expect((await first.json()).map((it: { name: string }) => it.name)).toEqual(["Three", "Two"])
  const [, next] = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "") ?? []
  const second = await server.fetch(next ?? "")
  expect((await second.json()).map((it: { name: string }) => it.name)).toEqual(["One"])
  expect(second.headers.get("link")).toBeNull()
  expect((await server.fetch("/api/workflows?limit=201")).status).toBe(400)
})

test("only a client with the current version can change a workflow; it can be deleted once no run of it is active", async () => {
  await using server = await testServer()
  const { client } = server
  const made = await client.createWorkflow({ name: "Mine", preset: "discovery_design_planning" })
  const nodes = [{ id: "a", name: "A", agent: "discovery" as const }]
  const change = { name: "Ours", graph_definition: { nodes }, version: made.version }
  const changed = await client.updateWorkflow(made.id, change)
  expect(changed).toMatchObject({ name: "Ours", preset: null, version: 2, nodes })
  expect(await rejection(client.updateWorkflow(made.id, change))).toMatchObject({
    status: 409,
    name: "ConcurrentModificationError",
  })
  const cycle = [{ ...nodes[0]!, dependencies: ["a"] }]
  const wrong = { graph_definition: { nodes: cycle } }
  expect(await rejection(client.updateWorkflow(made.id, wrong))).toMatchObject({ status: 400 })
  expect(await client.getWorkflow(made.id)).toEqual(changed)

  const verb = await server.fetch(`/api/workflows/${made.id}/cancel`, { method: "POST" })
  expect(await verb.json()).toMatchObject({ error: "WorkflowStateError" })
  expect(await client.deleteWorkflow(made.id)).toEqual({ status: "deleted" })
  expect(await client.listWorkflows()).toEqual([])
})

import { expect, test } from "bun:test"
import { serverWithModel } from "./support/agents"
import type { MessagesRequest } from "./support/anthropic-peer"
import { finished, reached } from "./support/runs"

const textOf = ({ messages }: MessagesRequest) => messages.map(({ content }) => content).join("\n")

/** A server with a model that refuses what contains `model.breaksAt`, and an agent. */
async function stage() {
  const model = { breaksAt: "" }
  const it = await serverWithModel({
    answer: (request) =>
      model.breaksAt && textOf(request).includes(model.breaksAt) ? { status: 400 } : "A draft.",
  })
  const { id: agent } = await it.agent({ type: "custom", system_prompt: "You write drafts." })
  const start = async (nodes: object[]) => {
    const workflow = await it.client.createWorkflow({
      ...{ name: "W", graph_definition: { nodes } as never },
    })
    return it.client.startWorkflow(workflow.id, { query: "Write it." })
  }
  return { ...it, model, agent, start, [Symbol.asyncDispose]: it[Symbol.asyncDispose] }
}

const gated = (agent: string) => [
  { id: "draft", name: "Draft", agent },
  { id: "gate", name: "Gate", type: "gate", dependencies: ["draft"] },
  { id: "last", name: "Last", agent, dependencies: ["gate"] },
]

test("a retry does again only what failed and what comes after it", async () => {
  await using all = await stage()
  const { client, peer, model, agent } = all
  model.breaksAt = "\ntwo"
  const each = { type: "map", over: `["one", "two", "three"]`, parallelism: 1, node: { agent } }
  const { id } = await all.start([
    { id: "first", name: "First", agent },
    { id: "each", name: "Each", ...each, dependencies: ["first"] },
    { id: "last", name: "Last", agent, dependencies: ["each"] },
  ])
  const failed = await finished(client, id)
  expect(failed.status).toBe("failed")
  const before = await client.listSteps(id)
  const asked = peer.requests.length

  const again = await finished(client, (await client.forkRun(id, {})).id)
  expect(again).toMatchObject({ status: "failed", nodes: { first: { status: "completed" } } })
  expect(peer.requests).toHaveLength(asked + 1)

  model.breaksAt = ""
  const page = await all.server.fetch(`/runs/${again.id}`, { headers: { Accept: "text/html" } })
  expect(await page.text()).toContain("Retry from the failed step")
  const form = { method: "POST", body: new URLSearchParams(), redirect: "manual" } as const
  const started = await all.server.fetch(`/runs/${again.id}/retry`, form)
  expect(started.status).toBe(303)
  const retry = await finished(client, started.headers.get("location")?.split("/").at(-1) ?? "")
  expect(retry).toMatchObject({
    status: "completed",
    forked_from: { run_id: again.id, checkpoint_id: null },
  })
  // Of the items, "two" and "three", then the last step.
  expect(peer.requests).toHaveLength(asked + 4)
  expect(retry.nodes.each?.output).toEqual(["A draft.", "A draft.", "A draft."])
  expect(await client.listSteps(id)).toEqual(before)
})

test("a retry after a rejection asks the person again, and no model", async () => {
  await using all = await stage()
  const { client, peer, agent } = all
  const waits = ({ waiting }: { waiting: unknown }) => waiting !== null
  const approved = [{ id: "draft", name: "Draft", agent, approval: true }]
  for (const [nodes, at] of [
    [gated(agent), "gate"],
    [approved, "draft"],
  ] as const) {
    const { id } = await all.start(nodes as object[])
    await reached(client, id, waits)
    await client.decide(id, at, { decision: "reject", version: 1, feedback: "No." })
    expect(await finished(client, id)).toMatchObject({ status: "failed" })
    const asked = peer.requests.length
    const retry = await client.forkRun(id, {})
    const { waiting } = await reached(client, retry.id, waits)
    expect(waiting).toMatchObject({ reason: "gate", node: at, version: 1 })
    expect(peer.requests).toHaveLength(asked)
    await client.decide(retry.id, at, { decision: "approve", version: 1 })
    expect(await finished(client, retry.id)).toMatchObject({ status: "completed" })
  }
})

test("a retry of a failed revision revises with the same feedback", async () => {
  await using all = await stage()
  const { client, peer, model, agent } = all
  const { id } = await all.start(gated(agent))
  await reached(client, id, ({ waiting }) => waiting !== null)
  model.breaksAt = "Much shorter."
  const feedback = "Much shorter."
  await client.decide(id, "gate", { decision: "request_changes", version: 1, feedback })
  expect(await finished(client, id)).toMatchObject({ status: "failed" })
  model.breaksAt = ""
  const retry = await client.forkRun(id, {})
  const { waiting } = await reached(client, retry.id, ({ waiting }) => waiting !== null)
  expect(waiting).toMatchObject({ node: "gate", version: 2 })
  expect(peer.requests.map(textOf).at(-1)).toContain(feedback)
})

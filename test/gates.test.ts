import { expect, test } from "bun:test"
import type { MessagesRequest } from "./support/anthropic-peer"
import { atGate, type Stage, stage, start, waits } from "./support/gates"
import { rejection } from "./support/rejection"
import { finished, reached } from "./support/runs"
import { testServer } from "./support/server"

const promptOf = ({ peer }: Stage, nth: number) => textOf(peer.requests[nth]!)
const textOf = ({ messages }: MessagesRequest) => messages.map(({ content }) => content).join("\n")

test("a run waits at a gate and goes on with what was approved", async () => {
  await using all = await stage()
  const { client } = all.server
  const run = await atGate(all)
  expect(run.waiting).toEqual({ reason: "gate", node: "gate", version: 1 })
  expect(run.nodes.gate).toMatchObject({ status: "waiting" })
  expect(run.current_node).toBe("gate")
  expect(all.peer.requests).toHaveLength(1)

  const went = await client.decide(run.id, "gate", { decision: "approve", version: 1 })
  expect(went).toMatchObject({ status: "running", waiting: null })
  const ended = await finished(client, run.id)
  expect(ended).toMatchObject({ status: "completed", progress: 1 })
  expect(ended.nodes.gate?.output).toEqual({ decision: "approve", version: 1 })
  expect(promptOf(all, 1)).toContain("Draft 1.")
})

test("an edited artifact is the next version, is decided about anew, and is what the next step reads", async () => {
  await using all = await stage()
  const { client } = all.server
  const { id } = await atGate(all)
  const edit = { decision: "edit", version: 1, content: "Edited by hand." } as const
  const edited = await client.decide(id, "gate", edit)
  expect(edited).toMatchObject({ status: "waiting", waiting: { node: "gate", version: 2 } })
  expect(
    await rejection(client.decide(id, "gate", { decision: "approve", version: 1 })),
  ).toMatchObject({
    status: 409,
    name: "ConcurrentModificationError",
    details: { current_version: 2 },
  })
  await client.decide(id, "gate", { decision: "approve", version: 2 })
  expect(await finished(client, id)).toMatchObject({ status: "completed" })
  expect(promptOf(all, 1)).toContain("Edited by hand.")
  expect(promptOf(all, 1)).not.toContain("Draft 1.")
  const versions = await client.listVersions(id, "draft")
  expect(versions.map(({ content }) => content.includes("Edited"))).toEqual([false, true])
})

test("asked for changes, the agent revises its version with the feedback and the gate asks again", async () => {
  await using all = await stage()
  const { client } = all.server
  const { id } = await atGate(all)
  const changes = { decision: "request_changes", version: 1, feedback: "Shorter, please." } as const
  await client.decide(id, "gate", changes)
  const again = await reached(client, id, (run) => run.waiting?.version === 2)
  expect(again.nodes.draft).toMatchObject({ status: "completed" })
  expect(promptOf(all, 1)).toContain("Shorter, please.")
  expect(promptOf(all, 1)).toContain("Draft 1.")
  await client.decide(id, "gate", { decision: "approve", version: 2 })
  await finished(client, id)
  expect(promptOf(all, 2)).toContain("Draft 2.")
  const steps = await client.listSteps(id)
  expect(steps.map(({ node, iteration }) => `${node} ${iteration}`)).toEqual([
    "draft 0",
    "gate 0",
    "draft 1",
    "final 0",
  ])
})

test("a rejection fails the run with the reason, and nothing goes on from it", async () => {
  await using all = await stage()
  const { client } = all.server
  const { id } = await atGate(all)
  await client.decide(id, "gate", { decision: "reject", version: 1, feedback: "Beside the point." })
  const run = await finished(client, id)
  expect(run).toMatchObject({
    status: "failed",
    errors: [{ node: "gate", message: "Draft was rejected: Beside the point." }],
  })
  expect(run.nodes.final).toMatchObject({ status: "skipped" })
  expect(all.peer.requests).toHaveLength(1)
})

test("an agent node that needs approval waits at itself", async () => {
  await using all = await stage()
  const { client } = all.server
  const { id } = await start(all, [
    { id: "draft", name: "Draft", agent: all.agent, approval: true },
    { id: "final", name: "Final", agent: all.agent, dependencies: ["draft"] },
  ])
  const run = await reached(client, id, waits)
  expect(run.waiting).toEqual({ reason: "gate", node: "draft", version: 1 })
  await client.decide(id, "draft", { decision: "request_changes", version: 1, feedback: "More." })
  await reached(client, id, (run) => run.waiting?.version === 2)
  await client.decide(id, "draft", { decision: "approve", version: 2 })
  expect(await finished(client, id)).toMatchObject({ status: "completed" })
  expect(promptOf(all, 2)).toContain("Draft 2.")
})

test("what decides nothing is refused and changes nothing", async () => {
  await using all = await stage()
  const { client } = all.server
  const { id, version } = await atGate(all)
  const refused = async (node: string, decision: object) =>
    rejection(client.decide(id, node, decision as never))
  expect(await refused("draft", { decision: "approve", version: 1 })).toMatchObject({
    status: 400,
    name: "WorkflowStateError",
  })
  expect(await refused("gate", { decision: "approve", version: 9 })).toMatchObject({ status: 409 })
  for (const wrong of [
    { decision: "request_changes", version: 1 },
    { decision: "edit", version: 1 },
    { decision: "edit", version: 1, content: "a", data: "b" },
    { decision: "approve", version: 1, content: "a" },
    { decision: "perhaps", version: 1 },
  ]) {
    expect(await refused("gate", wrong)).toMatchObject({
      status: 400,
      name: "ValidationError",
    })
  }
  expect(await rejection(client.changeRun(id, "resume"))).toMatchObject({ status: 400 })
  expect(await client.getRun(id)).toMatchObject({ status: "waiting", version })
})

test("a waiting run is as it was after a restart, and can be cancelled", async () => {
  await using all = await stage()
  const { id } = await atGate(all)
  const other = await start(all, [{ id: "draft", name: "Draft", agent: all.agent, approval: true }])
  await reached(all.server.client, other.id, waits)
  await all.server.stop()
  await using server = await testServer({
    home: all.server.home,
    settings: { ANTHROPIC_API_KEY: "sk-ant-test", ANTHROPIC_BASE_URL: all.peer.url },
  })
  expect(await server.client.getRun(id)).toMatchObject({ status: "waiting" })
  expect(await server.client.changeRun(id, "cancel")).toMatchObject({
    status: "cancelled",
    waiting: null,
    nodes: { gate: { status: "cancelled" } },
  })
  await server.client.decide(other.id, "draft", { decision: "approve", version: 1 })
  expect(await finished(server.client, other.id)).toMatchObject({ status: "completed" })
})

test("a gate that nobody decides at in its time fails by itself", async () => {
  await using all = await stage()
  const { id, waiting } = await atGate(all, { timeout: 0.3 })
  expect(Date.parse(waiting!.until!)).toBeGreaterThan(0)
  expect(await finished(all.server.client, id)).toMatchObject({
    status: "failed",
    errors: [{ node: "gate", error: "AgentTimeoutError" }],
  })
})

import { expect, test } from "bun:test"
import type { PublishedEvent } from "../src/platform/events/event"
import { anthropicPeer } from "./support/anthropic-peer"
import { rejection } from "./support/rejection"
import { finished } from "./support/runs"
import { testServer } from "./support/server"

/** A server with a model that answers when `release` is called, and a run that waits for it. */
async function heldRun() {
  const held = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const peer = await anthropicPeer({
    before: async () => {
      asked.resolve()
      await held.promise
    },
  })
  const settings = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  const server = await testServer({ settings })
  const { client } = server
  const workflow = await client.createWorkflow({ name: "W", preset: "discovery_design_planning" })
  const { id } = await client.startWorkflow(workflow.id, { query: "What?" })
  await asked.promise
  return {
    ...{ server, client, peer, id },
    release: held.resolve,
    /** Waits for the run's next event of this type, from its beginning. */
    async told(type: PublishedEvent["type"]) {
      for await (const event of client.events({ runId: id, lastEventId: 0 })) {
        if (event.type === type) return event
      }
    },
    async [Symbol.asyncDispose]() {
      held.resolve()
      await server[Symbol.asyncDispose]()
      await peer.stop()
    },
  }
}

test("a pause lets the running step end and nothing begin, and resume goes on from there", async () => {
  await using run = await heldRun()
  expect(await run.client.changeRun(run.id, "pause")).toMatchObject({
    status: "running",
    pause_requested: true,
  })
  run.release()
  await run.told("workflow.paused")
  const paused = await run.client.getRun(run.id)
  expect(paused).toMatchObject({ status: "paused", pause_requested: false })
  expect(paused.nodes.discovery!.status).toBe("completed")
  expect(paused.nodes.design!.status).toBe("pending")
  expect(run.peer.requests).toHaveLength(1)

  expect(await run.client.changeRun(run.id, "resume")).toMatchObject({ status: "running" })
  expect((await finished(run.client, run.id)).status).toBe("completed")
  expect(run.peer.requests).toHaveLength(3)
})

test("who resumes before the pause took effect takes it back", async () => {
  await using run = await heldRun()
  await run.client.changeRun(run.id, "pause")
  const going = await run.client.changeRun(run.id, "resume")
  expect(going).toMatchObject({ status: "running", pause_requested: false })
  run.release()
  expect((await finished(run.client, run.id)).status).toBe("completed")
})

test("a cancel reaches the model, ends the step and is final", async () => {
  await using run = await heldRun()
  const cancelled = await run.client.changeRun(run.id, "cancel")
  expect(cancelled).toMatchObject({
    status: "cancelled",
    nodes: { discovery: { status: "cancelled" } },
  })
  await run.peer.requests[0]!.disconnected
  run.release()
  const types: string[] = []
  for await (const event of run.client.events({ runId: run.id, lastEventId: 0 })) {
    if (event.id !== null) types.push(event.type)
    if (event.type === "workflow.cancelled") break
  }
  expect(types).toEqual([
    ...["workflow.started", "agent.started", "agent.cancelled", "workflow.cancelled"],
  ])
  expect(await run.client.listArtifacts(run.id)).toEqual([])
  for (const verb of ["pause", "resume", "cancel"] as const) {
    expect(await rejection(run.client.changeRun(run.id, verb))).toMatchObject({
      status: 400,
      name: "WorkflowStateError",
    })
  }
})

test("of two who act on the same version just one wins", async () => {
  await using run = await heldRun()
  const { version } = await run.client.getRun(run.id)
  const results = await Promise.allSettled([
    run.client.changeRun(run.id, "pause", version),
    run.client.changeRun(run.id, "cancel", version),
  ])
  const lost = results.filter((result) => result.status === "rejected")
  expect(lost.map(({ reason }) => reason)).toMatchObject([
    { status: 409, name: "ConcurrentModificationError", details: { help: expect.any(String) } },
  ])
})

test("a run is deleted with all that it made, but not while it runs", async () => {
  await using run = await heldRun()
  expect(await rejection(run.client.deleteRun(run.id))).toMatchObject({
    name: "WorkflowStateError",
  })
  run.release()
  await finished(run.client, run.id)
  expect(await run.client.deleteRun(run.id)).toEqual({ status: "deleted" })
  expect(await rejection(run.client.getRun(run.id))).toMatchObject({ name: "RunNotFoundError" })
  expect(await run.client.listRuns()).toEqual([])
})

test("a verb takes an empty request or a version, and nothing else", async () => {
  await using run = await heldRun()
  const post = (init: RequestInit) =>
    run.server.fetch(`/api/runs/${run.id}/pause`, { method: "POST", ...init })
  const headers = { "Content-Type": "application/json" }
  expect((await post({ body: '{"versoin":1}', headers })).status).toBe(400)
  expect(
    (await post({ body: "version=1", headers: { "Content-Type": "text/plain" } })).status,
  ).toBe(415)
  expect((await post({})).status).toBe(200)
})

import { expect, test } from "bun:test"
import type { Client } from "../src/ways-in/client/client"
import type { MessagesRequest } from "./support/anthropic-peer"
import { rejection } from "./support/rejection"
import { madeBy, nodesOf, stage, start, steeredRun } from "./support/replays"
import { finished, historyOf, reached } from "./support/runs"

const textOf = ({ messages }: MessagesRequest) => messages.map(({ content }) => content).join("\n")

/** The checkpoint that a node's end made. */
async function after(client: Client, runId: string, node: string): Promise<string> {
  const checkpoints = await client.listCheckpoints(runId)
  return checkpoints.find(({ nodes }) => nodes.includes(node))!.checkpoint_id
}

test("a run tells its checkpoints, oldest first, and whose steps each added", async () => {
  await using all = await stage()
  const run = await steeredRun(all)
  const checkpoints = await all.client.listCheckpoints(run.id)
  expect(checkpoints.map(({ node }) => node)).toEqual([
    ...[null, "first", "left", "each", "join", "gate", "last"],
  ])
  expect(checkpoints[2]?.nodes).toEqual(["left", "right"])
  expect(checkpoints.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6])
  const times = checkpoints.map(({ created_at }) => created_at)
  expect(times).toEqual(times.toSorted())
})

test("a fork goes on after its checkpoint, asks for nothing that was done, and leaves the original as it was", async () => {
  await using all = await stage()
  const { client } = all
  const run = await steeredRun(all)
  const [before, made] = [await client.listSteps(run.id), await madeBy(client, run)]
  const asked = all.peer.requests.length
  const checkpoint_id = await after(client, run.id, "gate")
  const { id } = await client.forkRun(run.id, { checkpoint_id })
  const fork = await finished(client, id)
  expect(fork).toMatchObject({
    status: "completed",
    workflow_id: run.workflow_id,
    forked_from: { run_id: run.id, checkpoint_id },
    input: run.input,
  })
  expect(all.peer.requests).toHaveLength(asked + 1)
  expect(fork.nodes.last?.output).toBe(`Draft ${asked + 1}.`)
  expect(fork.nodes.last?.usage.calls).toBe(1)
  expect(fork.nodes.each?.output).toEqual(run.nodes.each?.output)
  expect((await client.listVersions(id, "join")).map(({ version }) => version)).toEqual([3])
  expect(await client.listSteps(run.id)).toEqual(before)
  expect(await madeBy(client, run)).toEqual(made)
  const started = (await historyOf(all.server.url)).filter(
    ({ type, data }) => type === "workflow.started" && (data as { run_id: string }).run_id === id,
  )
  expect(started).toHaveLength(1)

  const again = { checkpoint_id: await after(client, id, "each") }
  const second = await reached(
    client,
    (await client.forkRun(id, again)).id,
    ({ waiting }) => waiting?.version === 1,
  )
  expect(all.peer.requests).toHaveLength(asked + 2)
  expect(second.nodes.each?.output).toEqual(run.nodes.each?.output)

  // What a fork took over was asked for by another run: its export has it as done.
  await all.peer.stop()
  const replay = await finished(client, (await client.replayRun(await client.exportRun(id))).id)
  expect(replay).toMatchObject({ status: "completed", replay: { of: id, differences: [] } })
  expect(await madeBy(client, replay)).toEqual(await madeBy(client, fork))
})

test("a fork before a revision has the first version, and waits at the gate anew", async () => {
  await using all = await stage()
  const { client } = all
  const run = await steeredRun(all)
  const checkpoint_id = await after(client, run.id, "join")
  const { id } = await client.forkRun(run.id, { checkpoint_id })
  const fork = await reached(client, id, ({ status }) => status === "waiting")
  expect(fork.waiting).toMatchObject({ node: "gate", version: 1 })
  const [original] = await client.listVersions(run.id, "join")
  expect(await client.listVersions(id, "join")).toMatchObject([{ content: original!.content }])
  await client.decide(id, "gate", { decision: "approve", version: 1 })
  expect(await finished(client, id)).toMatchObject({ status: "completed" })
})

test("a fork works on with an edited input and an edited artifact", async () => {
  await using all = await stage()
  const { client } = all
  const run = await steeredRun(all)
  const asked = all.peer.requests.length
  const { id } = await client.forkRun(run.id, {
    checkpoint_id: await after(client, run.id, "gate"),
    input: { query: "Write it in verse." },
    artifacts: { join: "Edited for the fork." },
  })
  const fork = await finished(client, id)
  expect(fork.input).toEqual({ ...run.input, query: "Write it in verse." })
  const prompt = textOf(all.peer.requests[asked]!)
  expect(prompt).toContain("Edited for the fork.")
  expect(prompt).toContain("Write it in verse.")
  expect((await client.listVersions(id, "join")).map(({ version }) => version)).toEqual([3, 4])

  const whole = await client.forkRun(run.id, {
    checkpoint_id: (await client.listCheckpoints(run.id))[0]!.checkpoint_id,
    input: { query: "From the begin." },
  })
  await reached(client, whole.id, ({ status }) => status === "waiting")
  expect(textOf(all.peer.requests[asked + 1]!)).toContain("From the begin.")
})

test("an artifact that was edited for a fork needs no approval anew", async () => {
  await using all = await stage()
  const { client, agent } = all
  const { id } = await start(client, [
    { id: "draft", name: "Draft", agent, approval: true },
    { id: "last", name: "Last", agent, dependencies: ["draft"] },
  ])
  await reached(client, id, ({ status }) => status === "waiting")
  await client.decide(id, "draft", { decision: "approve", version: 1 })
  await finished(client, id)
  const checkpoint_id = await after(client, id, "draft")
  const fork = await client.forkRun(id, { checkpoint_id, artifacts: { draft: "Mine." } })
  expect(await finished(client, fork.id)).toMatchObject({ status: "completed" })
  expect(textOf(all.peer.requests.at(-1)!)).toContain("Mine.")
})

test("what can't be forked is refused with the reason, and makes no run", async () => {
  await using all = await stage()
  const { client } = all
  const { id } = await start(client, nodesOf(all.agent).slice(0, 2))
  await finished(client, id)
  const checkpoint_id = await after(client, id, "first")
  const cases: [object, string][] = [
    [{ checkpoint_id: "nowhere" }, `no checkpoint "nowhere"`],
    [{ checkpoint_id, artifacts: { left: "Too early." } }, `"left" has no artifact`],
    [{ checkpoint_id, artifacts: { nobody: "Nothing." } }, `"nobody" has no artifact`],
    [{ checkpoint_id, input: { query: "" } }, "input.query"],
    [{ checkpoint_id, input: { model: "nobody/nothing" } }, "no model"],
    [{}, "checkpoint_id"],
  ]
  for (const [body, sentence] of cases) {
    const refused = await rejection(client.forkRun(id, body as never))
    expect(refused).toMatchObject({ status: 400, name: "ValidationError" })
    expect((refused as Error).message).toContain(sentence)
  }
  const unknown = await rejection(client.forkRun(crypto.randomUUID(), { checkpoint_id }))
  expect(unknown).toMatchObject({ status: 404, name: "RunNotFoundError" })
  expect(await client.listRuns()).toHaveLength(1)
})

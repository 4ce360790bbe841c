import { expect, test } from "bun:test"
import { rejection } from "./support/rejection"
import { madeBy, nodesOf, stage, start, steeredRun } from "./support/replays"
import { finished } from "./support/runs"
import { testServer } from "./support/server"

test("an exported run is replayed elsewhere with no key and no network, to the same artifacts", async () => {
  await using all = await stage()
  const run = await steeredRun(all)
  const answer = await all.server.fetch(`/api/runs/${run.id}/export`)
  expect(answer.headers.get("content-disposition")).toBe(
    `attachment; filename="run-${run.id}.json"`,
  )
  const text = await answer.text()
  expect(text).not.toContain("sk-ant-test")
  const asked = all.peer.requests.length
  const calls = await all.client.listCalls(run.id)
  expect(calls.filter(({ error }) => error !== null)).toHaveLength(1)
  await all.peer.stop()

  await using elsewhere = await testServer()
  const { client } = elsewhere
  const replay = await finished(client, (await client.replayRun(JSON.parse(text))).id)
  expect(replay).toMatchObject({
    status: "completed",
    errors: [],
    replay: { of: run.id, differences: [] },
    cost_usd: 0,
  })
  expect(await madeBy(client, replay)).toEqual(await madeBy(all.client, run))
  const places = async (id: string, from: typeof client) =>
    (await from.listSteps(id)).map(
      (it) => `${it.node} ${it.iteration} ${it.map_index} ${it.attempt}`,
    )
  expect((await places(replay.id, client)).toSorted()).toEqual(
    (await places(run.id, all.client)).toSorted(),
  )
  expect(all.peer.requests).toHaveLength(asked)

  // Of a second replay the workflow is known, and an exported replay is as good as the first file.
  const again = await client.replayRun(await client.exportRun(replay.id))
  expect(again.workflow_id).toBe(replay.workflow_id)
  expect((await finished(client, again.id)).replay).toEqual({ of: replay.id, differences: [] })
})

test("a replay of a changed recording goes as far as it can and shows where it begins to differ", async () => {
  await using all = await stage()
  const run = await steeredRun(all)
  const file = await all.client.exportRun(run.id)
  const answered = file.calls.find(({ node, kind }) => node === "left" && kind === "model")!
  answered.response = { ...(answered.response as object), text: "Something else." }
  const changed = await all.client.replayRun(file)
  const ended = await finished(all.client, changed.id)
  expect(ended.status).toBe("completed")
  const [first, second] = ended.replay?.differences ?? []
  expect(first).toMatchObject({ node: "left", nth: null, what: "its output differs" })
  expect(second).toMatchObject({ node: "each", nth: 1 })
  expect(second?.what).toContain("asks")

  const less = await all.client.exportRun(run.id)
  less.calls = less.calls.filter(({ node }) => node !== "last")
  const failed = await finished(all.client, (await all.client.replayRun(less)).id)
  expect(failed).toMatchObject({ status: "failed", nodes: { join: { status: "completed" } } })
  expect(failed.errors[0]).toMatchObject({ node: "last", error: "AgentExecutionError" })
  expect(failed.errors[0]?.message).toContain("the recording has no answer")
  expect(failed.replay?.differences).toHaveLength(1)
  expect(failed.replay?.differences[0]).toMatchObject({ node: "last", nth: 0 })

  const undecided = await all.client.exportRun(run.id)
  undecided.decisions.pop()
  const stuck = await finished(all.client, (await all.client.replayRun(undecided)).id)
  expect(stuck.errors[0]).toMatchObject({ node: "gate" })
  expect(stuck.replay?.differences[0]).toMatchObject({ node: "gate", nth: null })
})

test("what is no export that can be replayed is refused and stores nothing", async () => {
  await using all = await stage()
  const run = await steeredRun(all)
  const file = await all.client.exportRun(run.id)
  const [first] = file.definition.nodes
  const [call] = file.calls
  const cases: [unknown, string][] = [
    [{}, "This is not an exported run."],
    [[], ""],
    [{ ...file, version: 2 }, "Only version 1"],
    [{ ...file, input: { query: "a\0b" } }, "NUL"],
    [{ ...file, definition: { nodes: [first, first] } }, `Two nodes have the id "first"`],
    [{ ...file, calls: [call, call] }, "Two calls have the same position in the run"],
    [{ ...file, calls: [{ ...call, response: 5 }] }, "The response doesn't fit"],
    [{ ...file, calls: [{ ...call, error: "no", error_name: "ServiceUnavailableError" }] }, ""],
    [{ ...file, calls: [{ ...call, iteration: 1e12 }] }, "calls.0.iteration"],
    [{ ...file, steps: [file.steps[0], file.steps[0]] }, "Two of the steps"],
    [{ ...file, artifacts: [] }, `no version 2 of "join"`],
    [{ ...file, agents: {} }, "no agent"],
    [{ ...file, calls: [{ ...call, request: null }] }, "lacks some requests or answers"],
  ]
  await using elsewhere = await testServer()
  for (const [body, sentence] of cases) {
    const refused = await rejection(elsewhere.client.replayRun(body))
    expect(refused).toMatchObject({ status: 400, name: "ValidationError" })
    expect((refused as Error).message).toContain(sentence)
  }
  expect(await elsewhere.client.listWorkflows()).toEqual([])
  expect(await elsewhere.client.listRuns()).toEqual([])
})

test("an export without bodies says so, and is not replayed", async () => {
  await using all = await stage({ RECORD_BODIES: "false" })
  const { id } = await start(all.client, nodesOf(all.agent).slice(0, 1))
  await finished(all.client, id)
  const file = await all.client.exportRun(id)
  expect(file.not_replayable).toContain("RECORD_BODIES")
  expect(await rejection(all.client.replayRun(file))).toMatchObject({
    name: "ValidationError",
    message: expect.stringContaining("RECORD_BODIES"),
  })
})

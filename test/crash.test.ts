import { expect, test } from "bun:test"
import { setTimeout as delay } from "node:timers/promises"
import { anthropicPeer } from "./support/anthropic-peer"
import { freshHome } from "./support/database"
import { serveProcess } from "./support/process"
import { finished } from "./support/runs"

/** Enough to hit each phase of a run; `AMELIA_CRASHES=200 bun test crash` tries harder. */
const CRASHES = Number(process.env.AMELIA_CRASHES ?? 20)

/** About as long as an undisturbed run takes with this peer, so that kills fall all over it. */
const RUN_MS = 900
const ANSWER_MS = 150

test(`${CRASHES} SIGKILLs at random moments of a run: it goes on by itself and repeats nothing`, async () => {
  await Promise.all([1, 2, 3, 4].map((worker) => crashOften(worker, Math.ceil(CRASHES / 4))))
}, 600_000)

async function crashOften(worker: number, times: number): Promise<void> {
  await using peer = await anthropicPeer({ before: () => delay(ANSWER_MS) })
  const env = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  for (let round = 0; round < times; round++) {
    await using fresh = await freshHome()
    peer.requests.length = 0
    await using first = await serveProcess({ home: fresh.home, env })
    const { client } = first
    const content = new Blob([`# Round ${worker}.${round}\n\nUsers must be able to save a link.`])
    await client.uploadDocuments([{ name: "brief.md", content }])
    const workflow = await client.createWorkflow({ name: "W", preset: "discovery_design_planning" })
    const { id } = await client.startWorkflow(workflow.id, { query: "What should be built?" })
    await delay(Math.random() * RUN_MS)
    const recorded = (await client.listCalls(id)).map((call) => call.id)
    await first.kill()

    await using second = await serveProcess({ home: fresh.home, env })
    const run = await finished(second.client, id)
    expect(run.status).toBe("completed")
    await expectNothingRepeated(second.client, id, recorded)
    // Only the one call that was under way when the process died may have been asked for twice.
    expect(peer.requests.length).toBeLessThanOrEqual(4)
  }
}

async function expectNothingRepeated(
  client: Awaited<ReturnType<typeof serveProcess>>["client"],
  runId: string,
  recorded: string[],
): Promise<void> {
  const nodes = ["discovery", "design", "planning"]
  expect((await client.listArtifacts(runId)).map(({ node }) => node)).toEqual(nodes)
  const steps = await client.listSteps(runId)
  expect(steps.map(({ node, status }) => [node, status])).toEqual(
    nodes.map((node) => [node, "completed"]),
  )
  const calls = await client.listCalls(runId)
  expect(calls.map(({ node, kind }) => `${node} ${kind}`)).toEqual(
    nodes.flatMap((node) => [`${node} retrieval`, `${node} model`]),
  )
  expect(calls.map(({ id }) => id)).toEqual(expect.arrayContaining(recorded))

  const told: string[] = []
  for await (const event of client.events({ runId, lastEventId: 0 })) {
    if (event.id !== null) told.push(event.type)
    if (event.type === "workflow.completed") break
  }
  const step = ["agent.started", "agent.completed"]
  expect(told).toEqual(["workflow.started", ...step, ...step, ...step, "workflow.completed"])
}

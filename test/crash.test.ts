import { expect, test } from "bun:test"
import { existsSync } from "node:fs"
import type { NewWorkflow } from "../src/client"
import {
  crashUntilOver,
  expectNoAnswerAskedAgain,
  outcomeOf,
  rememberingPeer,
} from "./support/crash-run"
import { CRASHES, play, SEED } from "./support/crashes"
import { copyOf, freshHome } from "./support/database"
import { processesOf, serveProcess } from "./support/process"
import { finished, historyOf, steered } from "./support/runs"

const KILLS = Math.ceil(CRASHES / 3)

const brief = `# Lantern

Users must be able to save a link. Saved links are stored in a local file.

## Limits

A list must never hold more than 500 links.
`

const parts = ["1", "2", "3", "4", "5", "6"].map((part) => ({
  id: `part${part}`,
  name: `Part ${part}`,
  agent: "design" as const,
  dependencies: ["whole"],
  prompt: `Only part ${part}.`,
}))
const nodes = [
  { id: "whole", name: "Whole", agent: "discovery" as const, dependencies: [] },
  ...parts,
  { id: "plan", name: "Plan", agent: "planning" as const, dependencies: parts.map(({ id }) => id) },
]

const steps = [
  { id: "plan", name: "Plan", agent: "planning" as const },
  { id: "gate", name: "Look", type: "gate" as const, dependencies: ["plan"] },
  {
    ...{ id: "each", name: "Each", type: "map" as const, over: "['a', 'b', 'c', 'd', 'e']" },
    ...{ dependencies: ["gate"], parallelism: 2, node: { agent: "design" as const } },
  },
  { id: "last", name: "Last", agent: "planning" as const, dependencies: ["each"], approval: true },
]

const shapes: [string, NewWorkflow][] = [
  ["gates and a map", { name: "Steered", graph_definition: { nodes: steps } }],
  ["chain", { name: "Chain", preset: "discovery_design_planning" }],
  ["fan-out", { name: "Fan-out", graph_definition: { nodes } }],
]

test.each(shapes)(
  `%s: ${KILLS} SIGKILLs, and each run goes on by itself to what it would have been (seed ${SEED})`,
  async (_, workflow) => {
    await using made = await freshHome()
    const workflowId = await prepare(made.home, workflow)
    const undisturbed = await outcomeUndisturbed(made.home, workflowId)
    const budget = { left: KILLS }
    await play(KILLS, async (_, random) => {
      if (budget.left <= 0) return
      await using at = await copyOf(made)
      await using peer = await rememberingPeer()
      const { home } = at
      const options = { home, workflowId, peer, random, budget }
      const { server, id, done } = await crashUntilOver(options)
      await using last = server
      await steered(last.client, id)

      expect(await outcomeOf(last, id)).toEqual(undisturbed)
      expect(await last.client.listSteps(id)).toEqual(expect.arrayContaining(done))
      await expectNoAnswerAskedAgain(last.client, id, peer)
      const ids = (await historyOf(last.url)).map(({ id }) => id)
      expect(ids).toEqual(ids.map((_, index) => index + 1))
      expect((await last.client.listRuns()).map(({ status }) => status)).toEqual(["completed"])
      expect(await processesOf(home)).toEqual(existsSync("/proc") ? [last.pid] : [])
      await last.kill()
      expect(await processesOf(home)).toEqual([])
    })
  },
  900_000,
)

test("a run whose process dies again and again before a step has ended is left alone, and can be resumed", async () => {
  await using at = await freshHome()
  const workflowId = await prepare(at.home, { name: "W", preset: "discovery_design_planning" })
  const answered = Promise.withResolvers<void>()
  let asked = Promise.withResolvers<void>()
  await using peer = await rememberingPeer(async () => {
    asked.resolve()
    await answered.promise
  })
  const options = { home: at.home, env: peer.env }
  const first = await serveProcess(options)
  const { id } = await first.client.startWorkflow(workflowId, { query: "What should be built?" })
  let last = first
  for (let takeOvers = 0; takeOvers < 4; takeOvers++) {
    await asked.promise
    asked = Promise.withResolvers()
    await last.kill()
    last = await serveProcess(options)
  }
  await using server = last
  expect((await server.client.getRun(id)).status).toBe("interrupted")
  // By the first process and by three that took over.
  expect(peer.asked).toHaveLength(4)
  answered.resolve()
  await server.client.changeRun(id, "resume")
  expect((await finished(server.client, id)).status).toBe("completed")
}, 60_000)

/** A home with a document and the workflow, whose id is given. */
async function prepare(home: string, workflow: NewWorkflow): Promise<string> {
  await using server = await serveProcess({ home })
  const { client } = server
  await client.uploadDocuments([{ name: "brief.md", content: new Blob([brief]) }])
  const { id } = await client.createWorkflow(workflow)
  await server.stop()
  return id
}

async function outcomeUndisturbed(home: string, workflowId: string) {
  await using at = await copyOf({ home })
  await using peer = await rememberingPeer()
  await using server = await serveProcess({ home: at.home, env: peer.env })
  const { id } = await server.client.startWorkflow(workflowId, { query: "What should be built?" })
  await steered(server.client, id)
  return await outcomeOf(server, id)
}

import { expect } from "bun:test"
import { existsSync } from "node:fs"
import type { Step } from "../../src/features/runs/schema"
import type { NewWorkflow } from "../../src/ways-in/client/client"
import {
  expectNoAnswerAskedAgain,
  outcomeOf,
  type RememberingPeer,
  rememberingPeer,
} from "./crash-run"
import { copyOf } from "./database"
import { processesOf, type ServerProcess } from "./process"
import { historyOf, steered } from "./runs"
import { testServer } from "./server"

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

/** Workflows of each kind of node, whose runs are to be killed. */
export const shapes: [string, NewWorkflow][] = [
  ["gates and a map", { name: "Steered", graph_definition: { nodes: steps } }],
  ["chain", { name: "Chain", preset: "discovery_design_planning" }],
  ["fan-out", { name: "Fan-out", graph_definition: { nodes } }],
]

/** A home with a document and the workflow, whose id is given. */
export async function prepare(home: string, workflow: NewWorkflow): Promise<string> {
  await using server = await testServer({ home })
  const { client } = server
  await client.uploadDocuments([{ name: "brief.md", content: new Blob([brief]) }])
  const { id } = await client.createWorkflow(workflow)
  return id
}

/** What a run of it comes to that nothing happens to. */
export async function outcomeUndisturbed(home: string, workflowId: string) {
  await using at = await copyOf({ home })
  await using peer = await rememberingPeer()
  await using server = await testServer({ home: at.home, settings: peer.env })
  const { id } = await server.client.startWorkflow(workflowId, { query: "What should be built?" })
  await steered(server.client, id)
  return await outcomeOf(server, id)
}

type Undisturbed = {
  home: string
  id: string
  peer: RememberingPeer
  undisturbed: Awaited<ReturnType<typeof outcomeOf>>
  /** Steps that were seen to be completed before. */
  done?: Step[]
}

/** Waits until a run is over, and finds that it is as if its processes had not been killed. */
export async function expectUndisturbed(last: ServerProcess, expected: Undisturbed): Promise<void> {
  const { home, id, peer, undisturbed, done = [] } = expected
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
}

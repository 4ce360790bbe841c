import { expect, test } from "bun:test"
import { setTimeout as delay } from "node:timers/promises"
import type { RunVerb } from "../src/features/runs/schema"
import { ApiError } from "../src/ways-in/client/client"
import { anthropicPeer } from "./support/anthropic-peer"
import { oneOf, randomOf, SEED } from "./support/crashes"
import { historyOf } from "./support/runs"
import { testServer } from "./support/server"

/** How long clients press. `AMELIA_STORM_S=60` presses for a minute. */
const STORM_MS = Number(process.env.AMELIA_STORM_S ?? 3) * 1000
const CLIENTS = 10

test(`ten clients press pause, resume and cancel at random, and everything that happens can be explained (seed ${SEED})`, async () => {
  await using peer = await anthropicPeer({ before: () => delay(20) })
  const settings = { ANTHROPIC_API_KEY: "sk-ant-test", ANTHROPIC_BASE_URL: peer.url }
  await using server = await testServer({ settings })
  const { client } = server
  const nodes = Array.from({ length: 8 }, (_, n) => ({
    ...{ id: `n${n}`, name: `Node ${n}`, agent: "discovery" as const },
    dependencies: n === 0 ? [] : [`n${n - 1}`],
  }))
  const workflow = await client.createWorkflow({ name: "W", graph_definition: { nodes } })
  const ids: string[] = []
  const start = async () => {
    const { id } = await client.startWorkflow(workflow.id, { query: "What?" })
    ids.push(id)
    return id
  }
  let id = await start()
  const until = Date.now() + STORM_MS
  const refused = new Set<string>()

  async function press(random: () => number): Promise<void> {
    while (Date.now() < until) {
      const verb: RunVerb = random() < 0.03 ? "cancel" : oneOf(random, ["pause", "resume"] as const)
      const { version, status } = await client.getRun(id)
      await client.changeRun(id, verb, random() < 0.5 ? version : undefined).catch((error) => {
        if (!(error instanceof ApiError)) throw error
        refused.add(`${error.status} ${error.name}`)
      })
      // The client that sees the end first starts another run.
      if (["cancelled", "completed"].includes(status) && ids.at(-1) === id) id = await start()
      await delay(random() * 10)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, n) => press(randomOf(n))))
  for (const each of ids) {
    // A run that is over by now refuses, and says so below.
    await client.changeRun(each, "cancel").catch(() => {})
  }

  expect([...refused].filter((it) => !/^(400 WorkflowStateError|409 Conc)/.test(it))).toEqual([])
  const events = await historyOf(server.url)
  for (const each of ids) {
    const run = await client.getRun(each)
    expect(["completed", "cancelled"]).toContain(run.status)
    const told = events.filter(({ data }) => "run_id" in data && data.run_id === each)
    const types = told.map(({ type }) => type).filter((type) => type.startsWith("workflow."))
    expect(explained(types)).toBe(run.status)
    const running = (await client.listSteps(each)).filter(({ status }) => status === "running")
    expect(running).toEqual([])
  }
})

/** The status that a run must have after these events. Throws for impossible ones. */
function explained(types: string[]): string {
  const next: Record<string, { from: string[]; to: string }> = {
    "workflow.started": { from: [""], to: "running" },
    "workflow.paused": { from: ["running"], to: "paused" },
    "workflow.resumed": { from: ["paused"], to: "running" },
    "workflow.completed": { from: ["running"], to: "completed" },
    "workflow.cancelled": { from: ["running", "paused"], to: "cancelled" },
  }
  return types.reduce((status, type) => {
    const step = next[type]
    if (!step?.from.includes(status))
      throw new Error(`${type} can't follow in a run that is ${status}.`)
    return step.to
  }, "")
}

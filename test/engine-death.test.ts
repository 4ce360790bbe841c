import { expect, test } from "bun:test"
import { setTimeout as delay } from "node:timers/promises"
import { readConfig } from "../src/config"
import { silentLog } from "../src/log"
import { getRun, listArtifacts, startRun } from "../src/runs/service"
import { wire } from "../src/server"
import { createWorkflow } from "../src/workflows/service"
import { anthropicPeer } from "./support/anthropic-peer"
import { openTestDatabase } from "./support/database"

test("a run outlives its database engine, again and again, and repeats no finished step", async () => {
  await using peer = await anthropicPeer({ before: () => delay(50) })
  await using database = await openTestDatabase()
  const env = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  const { config } = await readConfig({ env: { ...env, AMELIA_HOME: "/nowhere" } })
  const readiness = { ready: true, reason: "" }
  const deps = await wire({ config, log: silentLog() }, database, readiness)
  const preset = { name: "W", preset: "discovery_design_planning" }
  const workflow = await createWorkflow(deps, preset)
  const stream = deps.events.subscribe({})
  const { id } = await startRun(deps, workflow, { query: "What?" })

  const ended = (async () => {
    for await (const { type } of stream)
      if (/^workflow\.(completed|failed)$/.test(type)) return type
  })()
  for (let deaths = 0; deaths < 3; deaths++) {
    await delay(Math.random() * 200)
    await database.interrupt()
  }
  expect(await ended).toBe("workflow.completed")
  const artifacts = await listArtifacts(deps, id)
  expect(artifacts.map(({ node }) => node)).toEqual(["discovery", "design", "planning"])
  expect((await getRun(deps, id)).status).toBe("completed")
  await deps.runs.stop(0)
  deps.events.close()
}, 60_000)

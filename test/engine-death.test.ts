import { expect } from "bun:test"
import { setTimeout as delay } from "node:timers/promises"
import { createApp } from "../src/app"
import { listArtifacts } from "../src/features/runs/read/artifacts"
import { getRun, startRun } from "../src/features/runs/service"
import { createWorkflow } from "../src/features/workflows/service"
import { readConfig } from "../src/platform/config/config"
import { createWebSockets } from "../src/platform/events/websocket"
import { silentLog } from "../src/platform/log/log"
import { wire } from "../src/server"
import { createClient } from "../src/ways-in/client/client"
import { anthropicPeer } from "./support/anthropic-peer"
import { openTestDatabase } from "./support/database"
import { embeddedOnly as test } from "./support/server-database"

test("a run survives repeated deaths of its database engine, and repeats no finished step", async () => {
  await using peer = await anthropicPeer({ before: () => delay(50) })
  await using database = await openTestDatabase()
  const env = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  const { config } = await readConfig({ env: { ...env, AMELIA_HOME: "/nowhere" } })
  const readiness = { ready: true, reason: "" }
  const deps = await wire({ config, log: silentLog() }, database, readiness)
  const preset = { name: "W", preset: "discovery_design_planning" }
  const workflow = await createWorkflow(deps, preset)
  const stream = deps.events.subscribe({})
  const { id } = await startRun(deps, workflow, { input: { query: "What?" } })

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
})

/** Enough to start and end anywhere in an engine's life. Set AMELIA_ENGINE_DEATHS for more. */
const DEATHS = Number(process.env.AMELIA_ENGINE_DEATHS ?? 5)
const CLIENTS = 50
const ANSWERS_A_LIFE = 200

test(`${CLIENTS} clients write and read while the engine dies ${DEATHS} times: each gets an answer, and acknowledged writes stay`, async () => {
  await using database = await openTestDatabase()
  const { config } = await readConfig({ env: { AMELIA_HOME: "/nowhere" } })
  const readiness = { ready: true, reason: "" }
  const deps = await wire({ config, log: silentLog() }, database, readiness)
  const { fetch } = createApp(deps, createWebSockets(deps))
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch })
  const client = createClient({ url: server.url.origin })
  const answers = { good: 0, unavailable: 0 }
  const acknowledged: string[] = []
  let deaths = 0

  async function answered<T>(request: Promise<T>): Promise<T | undefined> {
    try {
      const answer = await request
      answers.good++
      return answer
    } catch (error) {
      expect(error).toMatchObject({ status: 503, name: "ServiceUnavailableError" })
      answers.unavailable++
      return undefined
    }
  }
  async function work(name: string): Promise<void> {
    while (deaths < DEATHS) {
      const preset = "discovery_design_planning"
      const made = await answered(client.createWorkflow({ name, preset }))
      if (!made) continue
      acknowledged.push(made.id)
      await answered(client.getWorkflow(made.id))
    }
  }
  async function killOften(): Promise<void> {
    for (; deaths < DEATHS; deaths++) {
      const enough = answers.good + ANSWERS_A_LIFE
      while (answers.good < enough) await delay(1)
      await database.interrupt()
    }
  }
  await Promise.all([killOften(), ...Array.from({ length: CLIENTS }, (_, n) => work(`C${n}`))])
  for (const id of acknowledged) expect((await client.getWorkflow(id)).id).toBe(id)
  expect(answers.unavailable).toBeGreaterThan(0)
  if (process.env.MEASURE) process.stderr.write(`${JSON.stringify(answers)}\n`)
  await server.stop(true)
  deps.events.close()
})

/**
 * `bun test/bench/long-uptime.ts [runs]`: 1,000 offline runs one after another. First against a
 * server of its own process, for its resident memory; then in this process, for the heap of
 * JavaScript after a collection, and for how much of the memory is the database engine's.
 */
import { heapStats } from "bun:jsc"
import { createApp } from "../../src/app"
import { readConfig } from "../../src/platform/config/config"
import { createWebSockets } from "../../src/platform/events/websocket"
import { silentLog } from "../../src/platform/log/log"
import { wire } from "../../src/server"
import type { Client } from "../../src/ways-in/client/client"
import { createClient } from "../../src/ways-in/client/client"
import { freshHome, openTestDatabase } from "../support/database"
import { serveProcess } from "../support/process"
import { finished } from "../support/runs"

const RUNS = Number(process.argv[2] ?? 1000)
const SAMPLES = 10

/** Calls `sample` before the first run and after each tenth of them. */
async function runMany(client: Client, sample: (runs: number) => Promise<void>): Promise<void> {
  const content = new Blob(["# Notes\n\nUsers must be able to save a link.\n"])
  await client.uploadDocuments([{ name: "notes.md", content }])
  const workflow = await client.createWorkflow({ name: "W", preset: "discovery_design_planning" })
  for (let n = 0; n <= RUNS; n++) {
    if (n % Math.ceil(RUNS / SAMPLES) === 0) await sample(n)
    const { id } = await client.startWorkflow(workflow.id, { query: "What should be built?" })
    const { status } = await finished(client, id)
    if (status !== "completed") throw new Error(`Run ${n} is ${status}.`)
  }
}

const megabytes = (bytes: number) => (bytes / 1024 ** 2).toFixed(1)
const rss = () => megabytes(process.memoryUsage.rss())

async function outside(): Promise<void> {
  await using at = await freshHome()
  await using server = await serveProcess({ home: at.home, env: { LOG_FILE_ENABLED: "false" } })
  await runMany(server.client, async (runs) => {
    const metrics = await (await fetch(`${server.url}/metrics`)).json()
    console.log(`after ${runs} runs the server has ${metrics.process.rss_mb} MB`)
  })
}

async function inside(): Promise<void> {
  await using database = await openTestDatabase()
  const { config } = await readConfig({ env: { AMELIA_HOME: "/nowhere" } })
  const readiness = { ready: true, reason: "" }
  const deps = await wire({ config, log: silentLog() }, database, readiness)
  const { fetch } = createApp(deps, createWebSockets(deps))
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 0, fetch })
  let before: Record<string, number> = {}
  await runMany(createClient({ url: server.url.origin }), async (runs) => {
    Bun.gc(true)
    const { heapSize, objectCount, objectTypeCounts } = heapStats()
    const grown = Object.entries(objectTypeCounts)
      .map(([type, count]) => ({ type, more: count - (before[type] ?? 0) }))
      .sort((a, b) => b.more - a.more)
    const most = grown.slice(0, 4).map(({ type, more }) => `${type} +${more}`)
    before = objectTypeCounts
    console.log(`after ${runs} runs: heap ${megabytes(heapSize)} MB, ${objectCount} objects,`)
    console.log(`  RSS ${rss()} MB; since the last look ${most.join(", ")}`)
  })
  const whole = rss()
  await database.interrupt()
  Bun.gc(true)
  console.log(`RSS ${whole} MB, and ${rss()} MB without the database engine`)
  await server.stop(true)
  deps.events.close()
}

await outside()
await inside()

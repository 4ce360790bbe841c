/**
 * `bun test/bench/long-run.ts [steps]`: a chain of 500 nodes, offline. What the first and the last
 * 100 steps of a run took in bytes of the database, which ought to be about the same, and how soon
 * a second run goes on after it is paused or killed in its last fifth.
 */
import { sql } from "drizzle-orm"
import { insertWorkflow } from "../../src/features/workflows/store"
import type { Db } from "../../src/platform/db/db"
import { openDatabase } from "../../src/platform/db/open"
import type { Client } from "../../src/ways-in/client/client"
import type { ServerProcess } from "../support/process"
import { type Figure, printFigures, quantile } from "./figures"
import { homeOnDisk, startServer } from "./server"

const STEPS = Number(process.argv[2] ?? 500)
const COUNTED = 100
const PAUSES = 5

/** By what the rows of a table are in the order of the steps that made them. */
const orders = {
  ...{ checkpoints: "checkpoint_id", checkpoint_writes: "checkpoint_id" },
  ...{ checkpoint_values: "ctid", steps: "id", artifacts: "id", calls: "id", events: "id" },
}

export async function measureLongRun(): Promise<Figure[]> {
  await using at = await homeOnDisk()
  // Longer than the API takes, so past it.
  const workflow = await inDatabase(at.home, (db) =>
    insertWorkflow(db, { name: "Long", definition: { nodes: chain(STEPS) } }),
  )
  const start = async ({ client }: ServerProcess) =>
    (await client.startWorkflow(workflow?.id ?? "", { query: "What?" })).id
  await runUndisturbed(at.home, start)
  const bytes = await inDatabase(at.home, bytesPerStep)
  return [...bytes, ...(await measureGoingOn(at.home, start))]
}

async function runUndisturbed(home: string, start: (server: ServerProcess) => Promise<string>) {
  await using server = await startServer(home)
  const content = new Blob(["# Notes\n\nUsers must be able to save a link."])
  await server.client.uploadDocuments([{ name: "notes.md", content }])
  await until(server.client, await start(server), "workflow.completed", 1)
  await server.stop()
}

async function measureGoingOn(
  home: string,
  start: (server: ServerProcess) => Promise<string>,
): Promise<Figure[]> {
  await using server = await startServer(home)
  const { client } = server
  const run = await start(server)
  await until(client, run, "agent.completed", STEPS * 0.8)
  const resumed: number[] = []
  for (let nth = 0; nth < PAUSES; nth++) resumed.push(await pauseAndResume(client, run))
  await server.kill()
  const killed = Date.now()
  await using again = await startServer(home)
  const taken = (await nextStart(again.client, run, killed)) - killed
  await until(again.client, run, "workflow.completed", 1)
  await again.stop()
  const what = `resumed after ${STEPS * 0.8} steps, until the next, median`
  return [
    { what, ...ms(resumed, 0.5) },
    { what: "  longest", ...ms(resumed, 1) },
    { what: "  after SIGKILL, with the start of the server", value: taken, unit: "ms" },
  ]
}

const ms = (times: number[], share: number) => ({
  ...{ value: quantile(times, share), unit: "ms", aim: "≤ 500" },
})

async function inDatabase<T>(home: string, work: (db: Db) => Promise<T>): Promise<T> {
  const { db, close } = await openDatabase({ databaseUrl: undefined, poolSize: 1, home })
  return await work(db).finally(close)
}

/** Until there have been so many of these events. */
async function until(client: Client, runId: string, type: string, count: number): Promise<void> {
  let seen = 0
  for await (const _ of client.events({ runId, types: [type], lastEventId: 0 })) {
    if (++seen >= count) return
  }
}

async function pauseAndResume(client: Client, runId: string): Promise<number> {
  const paused = client.events({ runId, types: ["workflow.paused"] })
  const isPaused = paused.next()
  await client.changeRun(runId, "pause")
  await isPaused
  await paused.return()
  const resumed = Date.now()
  await client.changeRun(runId, "resume")
  return (await nextStart(client, runId, resumed)) - resumed
}

/** When the next step began. */
async function nextStart(client: Client, runId: string, since: number): Promise<number> {
  const started = client.events({ runId, types: ["agent.started"], lastEventId: 0 })
  for await (const { timestamp } of started) {
    if (Date.parse(timestamp) >= since) return Date.parse(timestamp)
  }
  return Number.NaN
}

function chain(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    ...{ id: `node${n}`, name: `Node ${n}`, type: "agent" as const, agent: "discovery" as const },
    dependencies: n === 0 ? [] : [`node${n - 1}`],
  }))
}

/** Of the rows at both ends of the tables, which hold about as many for each step. */
async function bytesPerStep(db: Db): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [table, by] of Object.entries(orders)) {
    const first = await bytesAt(db, table, `${by} asc`)
    const last = await bytesAt(db, table, `${by} desc`)
    const what = `${table}: first ${first} bytes a step, last ${last}, which is`
    const aim = "90 to 110"
    figures.push({ what, value: (100 * last) / first, unit: "%", aim })
  }
  return figures
}

async function bytesAt(db: Db, table: string, order: string): Promise<number> {
  const [row] = await db.execute<{ bytes: string }>(
    sql.raw(`with numbered as (
        select pg_column_size(t.*) as bytes, row_number() over (order by ${order}) as n,
          count(*) over () as "all" from ${table} t)
      select sum(bytes) / ${COUNTED} as bytes from numbered
      where n <= "all" * ${COUNTED} / ${STEPS}`),
  )
  return Math.round(Number(row?.bytes))
}

if (import.meta.main) printFigures(await measureLongRun())

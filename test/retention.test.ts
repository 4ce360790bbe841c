import { expect, test } from "bun:test"
import { sql } from "drizzle-orm"
import type { Deps } from "../src/deps"
import { uploadDocuments } from "../src/features/documents/service"
import { removeOld } from "../src/features/retention/service"
import { listArtifacts } from "../src/features/runs/read/artifacts"
import { getRun, listCalls, listSteps, startRun } from "../src/features/runs/service"
import { changeSettings } from "../src/features/settings/service"
import { createWorkflow } from "../src/features/workflows/service"
import { readConfig } from "../src/platform/config/config"
import { openDatabase } from "../src/platform/db/open"
import { createEventHub } from "../src/platform/events/hub"
import { transact } from "../src/platform/events/transact"
import { silentLog } from "../src/platform/log/log"
import { wire } from "../src/server"
import { freshHome, openTestDatabase } from "./support/database"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

const DAY_MS = 24 * 3600_000
const someone = { via: "program", program: null, isPresent: false } as const
const { signal } = new AbortController()
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)

async function opened(settings: Record<string, string> = {}) {
  const database = await openTestDatabase()
  const { config } = await readConfig({ env: { AMELIA_HOME: "/nowhere", ...settings } })
  const readiness = { ready: true, reason: "" }
  const deps = await wire({ config, log: silentLog() }, database, readiness)
  const bytes = new TextEncoder().encode("# Notes\n\nUsers must be able to save a link.")
  await uploadDocuments(deps, [{ name: "notes.md", bytes }])
  return {
    deps,
    async [Symbol.asyncDispose]() {
      await deps.runs.stop(0)
      deps.events.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Starts a run, waits for its end and returns its id. */
async function runOnce(deps: Deps): Promise<string> {
  const workflow = await createWorkflow(deps, { name: "W", preset: "discovery_design_planning" })
  const stream = deps.events.subscribe({})
  const { id } = await startRun(deps, workflow, { input: { query: "What?" } })
  for await (const { type } of stream) if (type === "workflow.completed") return id
  throw new Error("The events ended before the run.")
}

async function count(deps: Deps, table: string): Promise<number> {
  const [row] = await deps.db.execute<{ n: string }>(
    sql`select count(*) as n from ${sql.identifier(table)}`,
  )
  return Number(row?.n)
}

async function checkpointRows(deps: Deps): Promise<number> {
  const tables = ["checkpoints", "checkpoint_values", "checkpoint_writes"]
  const counts = await Promise.all(tables.map((table) => count(deps, table)))
  return counts.reduce((sum, n) => sum + n)
}

test("90 days after its end a run keeps steps, artifacts and figures, and loses checkpoints, prompts, answers and passages", async () => {
  await using it = await opened()
  const { deps } = it
  const id = await runOnce(deps)
  const before = {
    run: await getRun(deps, id),
    steps: await listSteps(deps, id),
    artifacts: await listArtifacts(deps, id),
    calls: await listCalls(deps, id),
  }
  const rows = await checkpointRows(deps)
  expect(rows).toBeGreaterThan(10)
  const nothing = { runs: 0, checkpoint_rows: 0, bodies: 0, log_lines: 0, events: 0 }
  expect(await removeOld(deps, inDays(89), signal)).toEqual(nothing)
  expect(await getRun(deps, id)).toEqual(before.run)

  const now = inDays(91)
  const removed = { runs: 1, checkpoint_rows: rows, bodies: 6 }
  expect(await removeOld(deps, now, signal)).toMatchObject(removed)
  expect(await checkpointRows(deps)).toBe(0)
  expect(await count(deps, "run_logs")).toBe(0)
  expect(await getRun(deps, id)).toEqual({
    ...before.run,
    rag_context: [],
    records_removed_at: now.toISOString(),
  })
  expect(await listSteps(deps, id)).toEqual(before.steps)
  expect(await listArtifacts(deps, id)).toEqual(before.artifacts)
  const withoutBodies = before.calls.map((call) => ({ ...call, request: null, response: null }))
  expect(await listCalls(deps, id)).toEqual(withoutBodies)
  expect(await removeOld(deps, now, signal)).toEqual(nothing)
})

test("nothing of an unfinished run is removed, nor any event since it started", async () => {
  await using it = await opened()
  const { deps } = it
  const ended = await runOnce(deps)
  const paused = await runOnce(deps)
  await deps.db.execute(
    sql`update runs set status = 'paused', completed_at = null where id = ${paused}`,
  )
  const calls = await listCalls(deps, paused)
  const [first] = await deps.db.execute<{ id: string }>(
    sql`select min(id) as id from events where run_id = ${paused}`,
  )
  const removed = await removeOld(deps, inDays(4000), signal)
  expect(removed).toMatchObject({ runs: 1, events: Number(first?.id) - 1 })
  expect((await getRun(deps, ended)).records_removed_at).not.toBeNull()
  expect(await getRun(deps, paused)).toMatchObject({ status: "paused", records_removed_at: null })
  expect(await listCalls(deps, paused)).toEqual(calls)
  const threads = await deps.db.execute(sql`select distinct thread_id from checkpoints`)
  expect(threads).toMatchObject([{ thread_id: paused }])
})

test("the oldest events are removed, and a client with an older id gets all that remain", async () => {
  await using it = await opened()
  const { deps } = it
  const say = () =>
    transact(deps, async (_, emit) => emit({ type: "system.warning", data: { message: "!" } }))
  for (let n = 0; n < 20; n++) await say()
  const last = await count(deps, "events")
  await deps.db.execute(
    sql`update events set created_at = now() - interval '91 days' where id <= 10 or id = 12`,
  )
  expect((await removeOld(deps, new Date(), signal)).events).toBe(10)
  const there: (number | null)[] = []
  for await (const { id } of deps.events.subscribe({}, 3)) {
    if (there.push(id) === last - 10) break
  }
  expect(there).toEqual(Array.from({ length: last - 10 }, (_, n) => n + 11))

  // Even with none left the next event has the next id, for listeners and after a restart.
  expect((await removeOld(deps, inDays(91), signal)).events).toBe(last - 10)
  const hub = await createEventHub(deps.db, { queueMax: 10, onError: () => {} })
  const stream = hub.subscribe({}, last)
  await transact({ db: deps.db, events: hub }, async (_, emit) =>
    emit({ type: "system.warning", data: { message: "next" } }),
  )
  for await (const event of stream) {
    expect(event).toMatchObject({ id: last + 1, data: { message: "next" } })
    break
  }
  hub.close()
})

test("an interrupted removal is continued, and a large one leaves no rows", async () => {
  await using it = await opened()
  const { deps } = it
  const id = await runOnce(deps)
  await deps.db.execute(
    sql`insert into checkpoint_values (thread_id, channel, version, type, value)
      select ${id}, 'c', n, 'json', '1' from generate_series(1, 1200) n`,
  )
  const rows = await checkpointRows(deps)
  const ending = new AbortController()
  const half = rejection(removeOld(deps, inDays(91), ending.signal))
  while ((await checkpointRows(deps)) === rows) {}
  ending.abort(new Error("ended"))
  expect((await half).message).toBe("ended")
  const left = await checkpointRows(deps)
  expect(left).toBeGreaterThan(0)
  const removed = await removeOld(deps, inDays(91), signal)
  expect(removed).toMatchObject({ runs: 1, checkpoint_rows: left })
  expect(await checkpointRows(deps)).toBe(0)
})

test("with RETENTION_DAYS=0 everything is kept", async () => {
  await using it = await opened({ RETENTION_DAYS: "0" })
  await runOnce(it.deps)
  const nothing = { runs: 0, checkpoint_rows: 0, bodies: 0, log_lines: 0, events: 0 }
  expect(await removeOld(it.deps, inDays(4000), signal)).toEqual(nothing)
})

test("a server removes old records at startup, and the run's page says so", async () => {
  await using at = await freshHome()
  const first = await testServer({ home: at.home })
  await first.client.uploadDocuments([
    { name: "a.md", content: new Blob(["# A\n\nIt must work."]) },
  ])
  const workflow = await first.client.createWorkflow({
    name: "W",
    preset: "discovery_design_planning",
  })
  const { id } = await first.client.startWorkflow(workflow.id, { query: "What?" })
  for await (const { type } of first.client.events({ runId: id, lastEventId: 0 })) {
    if (type === "workflow.completed") break
  }
  await first.stop()
  const { db, close } = await openDatabase({ databaseUrl: undefined, poolSize: 1, home: at.home })
  await db.execute(sql`update runs set completed_at = now() - interval '91 days'`)
  await close()

  await using second = await testServer({ home: at.home })
  let run = await second.client.getRun(id)
  while (run.records_removed_at === null) run = await second.client.getRun(id)
  const page = await second.fetch(`/runs/${id}`, { headers: { Accept: "text/html" } })
  expect(await page.text()).toContain("were deleted because of their age")
})

test("a setting changed at run time applies to the next removal", async () => {
  await using it = await opened()
  await runOnce(it.deps)
  const removedAfter = async (days: number) => (await removeOld(it.deps, inDays(days), signal)).runs
  expect(await removedAfter(40)).toBe(0)
  await changeSettings(it.deps, { retention_days: 0 }, someone)
  expect(await removedAfter(400)).toBe(0)
  await changeSettings(it.deps, { retention_days: 30 }, someone)
  expect(await removedAfter(40)).toBe(1)
})

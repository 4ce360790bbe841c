/**
 * `bun test/bench/long-run.ts [nodes]`: one run of a chain of 500 nodes, offline. Says what the
 * first and the last 100 steps took in time and in stored bytes, which ought to be about the same.
 */
import { sql } from "drizzle-orm"
import { readConfig } from "../../src/config"
import { uploadDocuments } from "../../src/documents/service"
import { silentLog } from "../../src/log"
import { startRun } from "../../src/runs/service"
import { wire } from "../../src/server"
import { getWorkflow } from "../../src/workflows/service"
import { insertWorkflow } from "../../src/workflows/store"
import { openTestDatabase } from "../support/database"

const COUNTED = 100
const nodes = chain(Number(process.argv[2] ?? 500))

await using database = await openTestDatabase()
const { config } = await readConfig({ env: { AMELIA_HOME: "/nowhere" } })
const readiness = { ready: true, reason: "" }
const deps = await wire({ config, log: silentLog() }, database, readiness)
const bytes = new TextEncoder().encode("# Notes\n\nUsers must be able to save a link.")
await uploadDocuments(deps, [{ name: "notes.md", bytes }])
// Longer than the API takes, so past it.
const definition = { nodes }
const row = await insertWorkflow(deps.db, { name: "Long", definition })
const stream = deps.events.subscribe({})
const ended: number[] = []
await startRun(deps, await getWorkflow(deps, row?.id ?? ""), { input: { query: "What?" } })
for await (const { type } of stream) {
  if (type === "agent.completed") ended.push(performance.now())
  if (type === "workflow.completed" || type === "workflow.failed") break
}
const perStep = (times: number[]) => ((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1)
console.log(
  `ms a step: first ${COUNTED} ${perStep(ended.slice(0, COUNTED)).toFixed(1)},`,
  `last ${COUNTED} ${perStep(ended.slice(-COUNTED)).toFixed(1)}`,
)
const order = {
  checkpoints: "checkpoint_id",
  checkpoint_writes: "checkpoint_id",
  checkpoint_values: "ctid",
  steps: "id",
  artifacts: "id",
  calls: "id",
  events: "id",
}
for (const [table, by] of Object.entries(order)) {
  const first = await bytesAStep(table, `${by} asc`)
  const last = await bytesAStep(table, `${by} desc`)
  console.log(`bytes a step in ${table}: first ${first}, last ${last}`)
}
await deps.runs.stop(0)
deps.events.close()

function chain(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    id: `node${n}`,
    name: `Node ${n}`,
    type: "agent" as const,
    agent: "discovery" as const,
    dependencies: n === 0 ? [] : [`node${n - 1}`],
  }))
}

/** Of the rows at one end of a table, which holds about as many for each step. */
async function bytesAStep(table: string, order: string): Promise<number> {
  const [row] = await deps.db.execute<{ bytes: string }>(
    sql.raw(`with numbered as (
        select pg_column_size(t.*) as bytes, row_number() over (order by ${order}) as n,
          count(*) over () as "all" from ${table} t)
      select sum(bytes) / ${COUNTED} as bytes from numbered
      where n <= "all" * ${COUNTED} / ${nodes.length}`),
  )
  return Math.round(Number(row?.bytes))
}

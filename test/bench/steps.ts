/**
 * `bun test/bench/steps.ts [nodes]`: the time that Amelia adds to a step of a chain whose model
 * answers at once, compared with the same graph in bare LangGraph with its MemorySaver; and the
 * database commits per step. The two take turns, in a process that has done some runs before, as a
 * server has.
 */
import { MemorySaver } from "@langchain/langgraph-checkpoint"
import { sql } from "drizzle-orm"
import type { Deps } from "../../src/deps"
import { executeGraph } from "../../src/engines/graph/graph"
import { createAgent } from "../../src/features/agents/service"
import { uploadDocuments } from "../../src/features/documents/service"
import { startRun } from "../../src/features/runs/service"
import type { Workflow } from "../../src/features/workflows/schema"
import { createWorkflow } from "../../src/features/workflows/service"
import { readConfig } from "../../src/platform/config/config"
import type { Db } from "../../src/platform/db/db"
import { openDatabase } from "../../src/platform/db/open"
import { silentLog } from "../../src/platform/log/log"
import { wire } from "../../src/server"
import { noModels } from "../support/process"
import { type Figure, printFigures, quantile } from "./figures"
import { homeOnDisk } from "./server"

const NODES = Number(process.argv[2] ?? 30)
const WARMING = 15
const ROUNDS = 20

export async function measureSteps(): Promise<Figure[]> {
  await using at = await homeOnDisk()
  const { config } = await readConfig({ env: { AMELIA_HOME: at.home, ...noModels } })
  const database = await openDatabase({ databaseUrl: undefined, poolSize: 1, home: at.home })
  const deps = await wire({ config, log: silentLog() }, database, { ready: true, reason: "" })
  const bytes = new TextEncoder().encode("# Notes\n\nUsers must be able to save a link.")
  await uploadDocuments(deps, [{ name: "notes.md", bytes }])
  const writer = { name: "Writer", type: "custom", system_prompt: "You write." } as const
  const someone = { via: "program", program: null, isPresent: false } as const
  const agent = await createAgent(deps, writer, someone)
  const nodes = chain(agent.id, NODES)
  const workflow = await createWorkflow(deps, { name: "Steps", graph_definition: { nodes } })
  const rounds = async (count: number) => {
    const times: number[] = []
    const bare: number[] = []
    for (let round = 0; round < count; round++) {
      times.push(...(await timesOf(deps, workflow)))
      bare.push(...(await bareTimes(nodes, `bare ${round}`)))
    }
    return { times, bare }
  }
  await rounds(WARMING)
  const before = await commits(deps.db)
  const { times, bare } = await rounds(ROUNDS)
  // Each run itself has two more: its start and its end.
  const perStep = ((await commits(deps.db)) - before - 2 * ROUNDS) / (ROUNDS * NODES)
  await deps.runs.stop(0)
  deps.events.close()
  await database.close()
  const added = quantile(times, 0.5) - quantile(bare, 0.5)
  return [
    {
      what: `a step of a chain of ${NODES}, offline, median`,
      value: quantile(times, 0.5),
      unit: "ms",
    },
    { what: "  p95", value: quantile(times, 0.95), unit: "ms" },
    { what: "  mean", value: mean(times), unit: "ms" },
    { what: "  in bare LangGraph, median", value: quantile(bare, 0.5), unit: "ms" },
    { what: "  what Amelia adds", value: added, unit: "ms", aim: "≤ 8" },
    { what: "  as means", value: mean(times) - mean(bare), unit: "ms" },
    { what: "  commits", value: perStep, unit: "a step", aim: "≤ 3" },
  ]
}

function chain(agent: string, count: number) {
  return Array.from({ length: count }, (_, n) => ({
    ...{ id: `node${n}`, name: `Node ${n}`, type: "agent" as const, agent },
    dependencies: n === 0 ? [] : [`node${n - 1}`],
  }))
}

/** Milliseconds from the end of each step to that of the next. */
async function timesOf(deps: Deps, workflow: Workflow): Promise<number[]> {
  const stream = deps.events.subscribe({})
  const ended: number[] = []
  await startRun(deps, workflow, { input: { query: "What?" } })
  for await (const { type } of stream) {
    if (type === "agent.completed") ended.push(performance.now())
    if (type === "workflow.failed") throw new Error("The run of the benchmark failed.")
    if (type === "workflow.completed") break
  }
  return differences(ended)
}

async function bareTimes(nodes: ReturnType<typeof chain>, threadId: string): Promise<number[]> {
  const ended: number[] = []
  await executeGraph({
    ...{ definition: { nodes }, threadId, saver: new MemorySaver() },
    signal: new AbortController().signal,
    async runNode({ id }) {
      ended.push(performance.now())
      return id
    },
  })
  return differences(ended)
}

function differences(times: number[]): number[] {
  return times.slice(1).map((time, i) => time - (times[i] ?? 0))
}

function mean(times: number[]): number {
  return times.reduce((sum, time) => sum + time, 0) / times.length
}

/** Each commit that wrote something is one fsync of the write-ahead log. */
async function commits(db: Db): Promise<number> {
  await db.execute(sql`select pg_stat_force_next_flush()`)
  const [row] = await db.execute<{ count: string }>(
    sql`select sum(fsyncs) as count from pg_stat_io where object = 'wal'`,
  )
  return Number(row?.count)
}

if (import.meta.main) printFigures(await measureSteps())

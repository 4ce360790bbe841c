import { expect, test } from "bun:test"
import type { ActiveRun } from "../src/features/runs/engine/active"
import { runNode } from "../src/features/runs/engine/node"
import { insertStep, listSteps } from "../src/features/runs/step-store"
import { findRun, insertRun } from "../src/features/runs/store"
import { createWorkflow } from "../src/features/workflows/service"
import { readConfig } from "../src/platform/config/config"
import { silentLog } from "../src/platform/log/log"
import { wire } from "../src/server"
import { openTestDatabase } from "./support/database"
import { rejection } from "./support/rejection"

test("who has lost its run to another process writes no step any more, not even one to skip", async () => {
  await using database = await openTestDatabase()
  const { config } = await readConfig({ env: { AMELIA_HOME: "/nowhere" } })
  const deps = await wire({ config, log: silentLog() }, database, { ready: true, reason: "" })
  const workflow = await createWorkflow(deps, { name: "W", preset: "discovery_design_planning" })
  const row = await insertRun(deps.db, {
    ...{ workflowId: workflow.id, workflowName: "W", definition: workflow.graph_definition },
    ...{ input: { query: "What?" }, status: "running", owner: "another", startedAt: new Date() },
  })
  const [first, second] = workflow.nodes
  await insertStep(deps.db, { runId: row.id, node: first!.id, status: "failed" })
  const run: ActiveRun = {
    ...{ row: row!, owner: "me", signal: new AbortController().signal, draining: () => false },
    ...{ progress: new Map(), writing: new Map(), finished: new Set() },
  }
  expect(await rejection(runNode(deps, run, second!))).toMatchObject({ name: "RunEnded" })
  expect(await listSteps(deps.db, [row.id])).toHaveLength(1)

  const mine = { ...run, owner: "another", row: (await findRun(deps.db, row.id))! }
  expect(await runNode(deps, mine, second!)).toMatchObject({ status: "skipped" })
  deps.events.close()
})

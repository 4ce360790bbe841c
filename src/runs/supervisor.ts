import type { RunDeps } from "../deps"
import { transact } from "../events/transact"
import { DatabaseSaver } from "../workflows/checkpoint"
import { executeGraph } from "../workflows/graph"
import { type ActiveRun, RunEnded, type Supervisor } from "./active"
import type { Progress } from "./present"
import { runRef } from "./ref"
import { runStep } from "./step"
import * as store from "./store"
import type { RunRow } from "./table"

/** A run that was taken over this often without finishing a step would bring down every start. */
const MAX_TAKE_OVERS = 3

export function createSupervisor(deps: RunDeps): Supervisor {
  const owner = Bun.randomUUIDv7()
  const active = new Map<string, { run: ActiveRun; done: Promise<void> }>()
  const queue: RunRow[] = []
  const ending = new AbortController()
  let draining = false

  function launch(row: RunRow): void {
    queue.push(row)
    startNext()
  }

  function startNext(): void {
    while (!draining && active.size < deps.config.maxConcurrentRuns) {
      const row = queue.shift()
      if (!row) return
      const progress = new Map<string, Progress>()
      const run = { row, signal: ending.signal, draining: () => draining, progress }
      const done = execute(deps, run).finally(() => {
        active.delete(row.id)
        startNext()
      })
      active.set(row.id, { run, done })
    }
  }

  async function takeOver(): Promise<void> {
    const left = await store.listRuns(deps.db, { limit: 1000, status: ["running"] })
    for (const row of left.reverse()) {
      if (row.owner === owner) continue
      const taken = await takeOverRun(deps, owner, row)
      if (taken?.status === "running") launch(taken)
    }
  }

  return {
    owner,
    launch,
    takeOver,
    progressOf: (runId) => active.get(runId)?.run.progress ?? new Map(),
    runningSteps: () => [...active.values()].reduce((sum, { run }) => sum + run.progress.size, 0),
    async stop(graceMs) {
      draining = true
      const all = Promise.all([...active.values()].map(({ done }) => done))
      const grace = setTimeout(() => ending.abort(new RunEnded("The server has ended.")), graceMs)
      const reminder = setInterval(() => {
        deps.log.info({ event: "shutdown.waiting", runs: [...active.keys()] })
      }, 1000)
      await all
      clearTimeout(grace)
      clearInterval(reminder)
    },
  }
}

/** Runs one run to its end, whatever that is. Never rejects. */
async function execute(deps: RunDeps, run: ActiveRun): Promise<void> {
  const log = deps.log.child({ module: "runs", run_id: run.row.id })
  try {
    await executeGraph({
      definition: run.row.definition,
      threadId: run.row.id,
      saver: new DatabaseSaver(deps.db),
      signal: run.signal,
      runNode: async (node) => (await runStep({ ...deps, log }, run, node)).id,
    })
    await complete(deps, run)
  } catch (error) {
    if (error instanceof RunEnded || run.signal.aborted) {
      log.info({ event: "run.left", status: run.row.status })
      return
    }
    log.error({ event: "run.broken", err: error })
    await conclude(deps, run, "failed", "The run broke for a reason that the log has.").catch(
      (error) => log.error({ event: "run.unconcluded", err: error }),
    )
  }
}

/** Ends a run as its steps say. */
async function complete(deps: RunDeps, run: ActiveRun): Promise<void> {
  const steps = await store.listSteps(deps.db, [run.row.id])
  const failed = steps.find(({ status }) => status === "failed")
  if (failed) await conclude(deps, run, "failed", failed.error ?? "A step failed.")
  else await conclude(deps, run, "completed", null)
}

async function conclude(
  deps: RunDeps,
  run: ActiveRun,
  status: "completed" | "failed",
  error: string | null,
): Promise<void> {
  await transact(deps, async ({ db }, emit) => {
    const change = { status, error, owner: null, completedAt: new Date() }
    if (!(await store.moveRun(db, run.row.id, "running", change))) return
    const data = runRef(run)
    if (error === null) emit({ type: "workflow.completed", data })
    else emit({ type: "workflow.failed", data: { ...data, error } })
  })
}

async function takeOverRun(deps: RunDeps, owner: string, row: RunRow): Promise<RunRow | undefined> {
  const takeOvers = row.takeOvers + 1
  if (takeOvers <= MAX_TAKE_OVERS) {
    return store.moveRun(deps.db, row.id, "running", { owner, takeOvers })
  }
  const message = `${row.workflowName} was taken over ${MAX_TAKE_OVERS} times without progress.`
  return transact(deps, async ({ db }, emit) => {
    emit({ type: "system.warning", data: { message, run_id: row.id } })
    const error = `${message} Resume it to try again.`
    return store.moveRun(db, row.id, "running", { status: "interrupted", owner: null, error })
  })
}

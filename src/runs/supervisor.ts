import type { RunDeps } from "../deps"
import { type ActiveRun, RunEnded, type Supervisor } from "./active"
import { execute } from "./execute"
import type { Progress } from "./present"
import * as store from "./store"
import type { RunRow } from "./table"
import { takeOverRun } from "./take-over"

type Active = { run: ActiveRun; controller: AbortController; done: Promise<void> }

export function createSupervisor(deps: RunDeps): Supervisor {
  const owner = Bun.randomUUIDv7()
  const active = new Map<string, Active>()
  const queue: RunRow[] = []
  let draining = false

  function launch(row: RunRow): void {
    queue.push(row)
    startNext()
  }

  function startNext(): void {
    while (!draining && active.size < deps.config.maxConcurrentRuns) {
      const row = queue.shift()
      if (!row) return
      // Its own for each run: what listens to a signal of the whole process never goes.
      const controller = new AbortController()
      const steps = { progress: new Map<string, Progress>(), finished: new Set<string>() }
      const run = { row, owner, signal: controller.signal, draining: () => draining, ...steps }
      const entry: Active = { run, controller, done: Promise.resolve() }
      active.set(row.id, entry)
      entry.done = execute(deps, run).finally(() => {
        // A run that was resumed in this moment has an entry of its own by now.
        if (active.get(row.id) === entry) active.delete(row.id)
        startNext()
      })
    }
  }

  async function takeOver(): Promise<void> {
    const left = await store.listRuns(deps.db, { limit: 1000, status: ["running"] })
    for (const row of left.reverse()) {
      if (row.owner === owner || (row.owner !== null && !deps.ownsHome)) continue
      const taken = await takeOverRun(deps, owner, row)
      if (taken?.status === "running") launch(taken)
    }
  }

  return {
    owner,
    launch,
    takeOver,
    end: (runId, why) => active.get(runId)?.controller.abort(new RunEnded(why)),
    progressOf: (runId) => active.get(runId)?.run.progress ?? new Map(),
    runningSteps: () => [...active.values()].reduce((sum, { run }) => sum + run.progress.size, 0),
    async stop(graceMs) {
      draining = true
      const all = Promise.all([...active.values()].map(({ done }) => done))
      const endAll = () => {
        for (const { controller } of active.values()) {
          controller.abort(new RunEnded("The server has ended."))
        }
      }
      const grace = setTimeout(endAll, graceMs)
      const reminder = setInterval(() => {
        deps.log.info({ event: "shutdown.waiting", runs: [...active.keys()] })
      }, 1000)
      await all
      clearTimeout(grace)
      clearInterval(reminder)
      await store.releaseRuns(deps.db, owner)
    },
  }
}

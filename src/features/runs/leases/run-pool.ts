import type { RunRow } from "../../../platform/db/schema/runs"
import type { StepDeps } from "../deps"
import type { ActiveRun } from "../engine/active"
import { execute } from "../engine/execute"

type Active = { run: ActiveRun; end: (why: Error) => void; done: Promise<void> }

/** This process's runs: MAX_CONCURRENT_RUNS of them run at a time, and the others wait. */
export type RunPool = {
  /** Runs it in the background, now or when a slot is free. */
  launch(row: RunRow): void
  active(): Active[]
  find(runId: string): Active | undefined
  waiting(): number
  /** Returns how many more could start now. */
  free(): number
  /** Lets no further run or step begin. */
  drain(): void
}

/** Calls `onFree` when slots are free and no run waits for one. */
export function createRunPool(deps: StepDeps, owner: string, onFree: () => void): RunPool {
  const active = new Map<string, Active>()
  const queue: RunRow[] = []
  let draining = false

  const free = () => (draining ? 0 : deps.config.maxConcurrentRuns - active.size)

  function fill(): void {
    while (free() > 0) {
      const row = queue.shift()
      if (!row) {
        onFree()
        return
      }
      begin(row)
    }
  }

  function begin(row: RunRow): void {
    // One per run: listeners on a signal of the whole process would never go away.
    const controller = new AbortController()
    const run: ActiveRun = {
      ...{ row, owner, signal: controller.signal, draining: () => draining },
      ...{ progress: new Map(), writing: new Map(), finished: new Set() },
    }
    const end = (why: Error) => controller.abort(why)
    const entry: Active = { run, end, done: Promise.resolve() }
    active.set(row.id, entry)
    entry.done = execute(deps, run).finally(() => {
      // A run that was resumed meanwhile has a new entry by now.
      if (active.get(row.id) === entry) active.delete(row.id)
      fill()
    })
  }

  return {
    launch(row) {
      queue.push(row)
      fill()
    },
    active: () => [...active.values()],
    find: (runId) => active.get(runId),
    waiting: () => queue.length,
    free,
    drain() {
      draining = true
    },
  }
}

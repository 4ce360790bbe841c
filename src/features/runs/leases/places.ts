import type { RunRow } from "../../../platform/db/schema/runs"
import type { StepDeps } from "../deps"
import type { ActiveRun } from "../engine/active"
import { execute } from "../engine/execute"

export type Active = { run: ActiveRun; end: (why: Error) => void; done: Promise<void> }

/** The runs of this process: MAX_CONCURRENT_RUNS of them have a place, the others wait for one. */
export type Places = {
  /** Runs it in the background, at once or when a place is free. */
  launch(row: RunRow): void
  active(): Active[]
  find(runId: string): Active | undefined
  waiting(): number
  /** How many more could begin at once. */
  free(): number
  /** From now on no run and no step begins. */
  drain(): void
}

/** Calls `onFree` when there are places for which nobody waits. */
export function createPlaces(deps: StepDeps, owner: string, onFree: () => void): Places {
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
    // Its own for each run: what listens to a signal of the whole process never goes.
    const controller = new AbortController()
    const run: ActiveRun = {
      ...{ row, owner, signal: controller.signal, draining: () => draining },
      ...{ progress: new Map(), finished: new Set() },
    }
    const end = (why: Error) => controller.abort(why)
    const entry: Active = { run, end, done: Promise.resolve() }
    active.set(row.id, entry)
    entry.done = execute(deps, run).finally(() => {
      // A run that was resumed in this moment has an entry of its own by now.
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

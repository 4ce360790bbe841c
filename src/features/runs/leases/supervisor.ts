import type { RunRow } from "../../../platform/db/schema/runs"
import type { AgentDeps } from "../../agents/deps"
import type { StepDeps } from "../deps"
import { RunEnded } from "../engine/active"
import { itemKey } from "../engine/report"
import type { Progress } from "../read/present"
import { heedCancels, startHeartbeat } from "./heartbeat"
import { type Lease, nextWakeMs, releaseRuns, wakeWaiting } from "./lease-store"
import { createRunPool } from "./run-pool"
import { takeOverInto } from "./take-over"

/** A timer of more than 2^31 ms would fire at once. */
const WAKE_MAX_MS = 24 * 3600 * 1000

/** Manages this process's runs: starts them, takes over those of dead processes, ends them. */
type Supervisor = {
  /** Identifies this process as the owner of its runs. */
  readonly lease: Lease
  launch(row: RunRow): void
  /**
   * Continues unfinished runs, now and whenever a slot is free. On a server, takes only runs that
   * their process has given up or whose lease has expired.
   */
  takeOver(): Promise<void>
  /** Lets the runs that wait for a budget try again, because it may have been raised. */
  moreMoney(): Promise<void>
  /** Ends the calls and child processes of a run at once, if it runs here. */
  end(runId: string, why: string): void
  progressOf(runId: string): Map<string, Progress>
  /** Returns what the model of a step, or of a map's item, has written so far. */
  writingOf(runId: string, node: string, item?: number): string
  runningSteps(): number
  /** Gives running steps `graceMs` to end, then ends them. Unfinished runs stay resumable. */
  stop(graceMs: number): Promise<void>
}

/** Dependencies for reading runs: the supervisor knows the progress of those running here. */
export type ReadDeps = StepDeps & { runs: Supervisor }

export type RunDeps = ReadDeps & AgentDeps

export function createSupervisor(deps: StepDeps): Supervisor {
  const lease = { owner: Bun.randomUUIDv7(), seconds: deps.config.runLease }
  const log = deps.log.child({ module: "runs" })
  const pool = createRunPool(deps, lease.owner, () => void lookAgain())
  let takesOver = false
  let waking: Timer | undefined
  let looking: Promise<void> | undefined

  function look(): Promise<void> {
    looking ??= takeOverInto(pool, deps, lease)
      .then(wakeLater)
      .finally(() => {
        looking = undefined
      })
    return looking
  }

  async function wakeLater(): Promise<void> {
    const ms = await nextWakeMs(deps.db)
    clearTimeout(waking)
    if (ms !== undefined) waking = setTimeout(lookAgain, Math.min(Math.max(ms, 0), WAKE_MAX_MS))
  }

  async function lookAgain(): Promise<void> {
    if (takesOver) await look().catch((err) => log.warn({ event: "runs.not_taken_over", err }))
  }

  const stopHeartbeat = deps.ownsHome ? () => {} : startHeartbeat(deps, lease, pool, lookAgain)
  if (!deps.ownsHome) {
    void heedCancels(deps, pool).catch((err) => log.warn({ event: "runs.cancels_unheard", err }))
  }

  return {
    lease,
    launch: pool.launch,
    takeOver() {
      takesOver = true
      return look()
    },
    async moreMoney() {
      await wakeWaiting(deps.db, "budget")
      await lookAgain()
    },
    end: (runId, why) => pool.find(runId)?.end(new RunEnded(why)),
    progressOf: (runId) => pool.find(runId)?.run.progress ?? new Map(),
    writingOf(runId, node, item) {
      const key = item === undefined ? node : itemKey(node, item)
      return pool.find(runId)?.run.writing.get(key) ?? ""
    },
    runningSteps: () => pool.active().reduce((sum, { run }) => sum + run.progress.size, 0),
    async stop(graceMs) {
      pool.drain()
      clearTimeout(waking)
      await looking?.catch(() => undefined)
      const left = pool.active()
      const endAll = () => left.map(({ end }) => end(new RunEnded("The server has ended.")))
      const grace = setTimeout(endAll, graceMs)
      const reminder = setInterval(() => {
        log.info({ event: "shutdown.waiting", runs: pool.active().map(({ run }) => run.row.id) })
      }, 1000)
      await Promise.all(left.map(({ done }) => done))
      clearTimeout(grace)
      clearInterval(reminder)
      stopHeartbeat()
      await releaseRuns(deps.db, lease.owner)
    },
  }
}

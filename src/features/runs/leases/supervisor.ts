import type { RunRow } from "../../../platform/db/schema/runs"
import type { AgentDeps } from "../../agents/deps"
import type { StepDeps } from "../deps"
import { RunEnded } from "../engine/active"
import type { Progress } from "../read/present"
import { heedCancels, startHeartbeat } from "./heartbeat"
import type { Lease } from "./lease-store"
import { nextWakeMs, releaseRuns, wakeWaiting } from "./lease-store"
import { createPlaces } from "./places"
import { takeOverInto } from "./take-over"

/** A timer of more milliseconds than fit in 31 bits would be over at once. */
const WAKE_MAX_MS = 24 * 3600 * 1000

/** Runs the runs of this process: starts them, takes over those of a dead one, ends them. */
export type Supervisor = {
  /** What names this process in the runs that it owns, and keeps them its own on a server. */
  readonly lease: Lease
  /** Runs it in the background, at once or when a place is free. */
  launch(row: RunRow): void
  /**
   * Goes on with unfinished runs, now and from now on whenever there is a place for one. The lock
   * on an embedded database proves that nobody else runs them; on a server only those are taken
   * that their process has given up, or whose lease has ended.
   */
  takeOver(): Promise<void>
  /** Lets the runs that wait for money try again, since there may be more. */
  moreMoney(): Promise<void>
  /** Ends the calls and children of a run at once, if it runs here. */
  end(runId: string, why: string): void
  progressOf(runId: string): Map<string, Progress>
  runningSteps(): number
  /** Lets running steps end for `graceMs`, then ends them; unfinished runs stay resumable. */
  stop(graceMs: number): Promise<void>
}

/** What reading runs takes: those at work here tell their own progress. */
export type ReadDeps = StepDeps & { runs: Supervisor }

/** What starting and steering runs takes. */
export type RunDeps = ReadDeps & AgentDeps

export function createSupervisor(deps: StepDeps): Supervisor {
  const lease = { owner: Bun.randomUUIDv7(), seconds: deps.config.runLease }
  const log = deps.log.child({ module: "runs" })
  const places = createPlaces(deps, lease.owner, () => void lookAgain())
  let takesOver = false
  let waking: Timer | undefined
  let looking: Promise<void> | undefined

  function look(): Promise<void> {
    looking ??= takeOverInto(places, deps, lease)
      .then(wakeLater)
      .finally(() => {
        looking = undefined
      })
    return looking
  }

  /** Looks again when the first of the waiting runs is due. */
  async function wakeLater(): Promise<void> {
    const ms = await nextWakeMs(deps.db)
    clearTimeout(waking)
    if (ms !== undefined) waking = setTimeout(lookAgain, Math.min(Math.max(ms, 0), WAKE_MAX_MS))
  }

  async function lookAgain(): Promise<void> {
    if (takesOver) await look().catch((err) => log.warn({ event: "runs.not_taken_over", err }))
  }

  const stopHeartbeat = deps.ownsHome ? () => {} : startHeartbeat(deps, lease, places, lookAgain)
  if (!deps.ownsHome) {
    void heedCancels(deps, places).catch((err) => log.warn({ event: "runs.cancels_unheard", err }))
  }

  return {
    lease,
    launch: places.launch,
    takeOver() {
      takesOver = true
      return look()
    },
    async moreMoney() {
      await wakeWaiting(deps.db, "budget")
      await lookAgain()
    },
    end: (runId, why) => places.find(runId)?.end(new RunEnded(why)),
    progressOf: (runId) => places.find(runId)?.run.progress ?? new Map(),
    runningSteps: () => places.active().reduce((sum, { run }) => sum + run.progress.size, 0),
    async stop(graceMs) {
      places.drain()
      clearTimeout(waking)
      await looking?.catch(() => undefined)
      const left = places.active()
      const endAll = () => left.map(({ end }) => end(new RunEnded("The server has ended.")))
      const grace = setTimeout(endAll, graceMs)
      const reminder = setInterval(() => {
        log.info({ event: "shutdown.waiting", runs: places.active().map(({ run }) => run.row.id) })
      }, 1000)
      await Promise.all(left.map(({ done }) => done))
      clearTimeout(grace)
      clearInterval(reminder)
      stopHeartbeat()
      await releaseRuns(deps.db, lease.owner)
    },
  }
}

import type { RunDeps } from "../../../deps"
import { RunEnded, type Supervisor } from "../engine/active"
import { heedCancels, startHeartbeat } from "./heartbeat"
import { nextWakeMs, releaseRuns, wakeWaiting } from "./lease-store"
import { createPlaces } from "./places"
import { takeOverInto } from "./take-over"

/** A timer of more milliseconds than fit in 31 bits would be over at once. */
const WAKE_MAX_MS = 24 * 3600 * 1000

export function createSupervisor(deps: RunDeps): Supervisor {
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

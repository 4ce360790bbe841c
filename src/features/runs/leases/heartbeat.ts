import type { StepDeps } from "../deps"
import { RunEnded } from "../engine/active"
import { type Lease, renewLeases } from "./lease-store"
import type { RunPool } from "./run-pool"

/** Two beats may fail or be late before the lease expires. */
const BEATS_A_LEASE = 3

/**
 * On a server: renews the leases of this process's runs, and ends those that it has lost. Calls
 * `onBeat` each time. Returns a function that stops it.
 */
export function startHeartbeat(
  deps: StepDeps,
  lease: Lease,
  pool: RunPool,
  onBeat: () => Promise<void>,
): () => void {
  const log = deps.log.child({ module: "runs" })
  let beating = false

  async function beat(): Promise<void> {
    const mine = pool.active()
    if (mine.length + pool.waiting() > 0) {
      const held = new Set(await renewLeases(deps.db, lease))
      for (const { run, end } of mine) {
        if (!held.has(run.row.id))
          end(new RunEnded("Another process runs this run now, or it was cancelled."))
      }
    }
    await onBeat()
  }

  async function beatAlone(): Promise<void> {
    if (beating) return
    beating = true
    await beat().catch((err) => log.warn({ event: "runs.no_heartbeat", err }))
    beating = false
  }

  const timer = setInterval(() => void beatAlone(), (lease.seconds * 1000) / BEATS_A_LEASE)
  return () => clearInterval(timer)
}

/** Ends the calls of runs here as soon as another process cancels them. */
export async function heedCancels({ events }: StepDeps, pool: RunPool): Promise<void> {
  const cancels = events.subscribe({ types: ["workflow.cancelled", "agent.cancelled"] })
  for await (const { data } of cancels) {
    if (!("run_id" in data)) continue
    pool.find(String(data.run_id))?.end(new RunEnded("The run was cancelled."))
  }
}

import type { StepDeps } from "../deps"
import { RunEnded } from "../engine/active"
import { type Lease, renewLeases } from "./lease-store"
import type { Places } from "./places"

/** Two beats may fail, or come late, before the lease ends. */
const BEATS_A_LEASE = 3

/**
 * On a server: says again and again that this process lives, in one statement for all its runs,
 * and ends those that are not its own any more, because somebody cancelled them or because it was
 * silent for too long. Calls `onBeat` each time; gives what stops it.
 */
export function startHeartbeat(
  deps: StepDeps,
  lease: Lease,
  places: Places,
  onBeat: () => Promise<void>,
): () => void {
  const log = deps.log.child({ module: "runs" })
  let beating = false

  async function beat(): Promise<void> {
    const mine = places.active()
    if (mine.length + places.waiting() > 0) {
      const held = new Set(await renewLeases(deps.db, lease))
      for (const { run, end } of mine) {
        if (!held.has(run.row.id)) end(new RunEnded("The run is not this process's any more."))
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

/** Ends the calls of runs here as soon as another process has cancelled them. */
export async function heedCancels({ events }: StepDeps, places: Places): Promise<void> {
  const cancels = events.subscribe({ types: ["workflow.cancelled", "agent.cancelled"] })
  for await (const { data } of cancels) {
    if (!("run_id" in data)) continue
    places.find(String(data.run_id))?.end(new RunEnded("The run was cancelled."))
  }
}

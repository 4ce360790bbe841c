import type { RunDeps } from "../runs/leases/supervisor"
import { type RetentionDeps, removeOld } from "./service"

const DAILY_MS = 24 * 3600_000

export type Retention = ReturnType<typeof startRetention>

/** Removes old records now and once a day, and logs how many. */
export function startRetention(deps: RetentionDeps & Pick<RunDeps, "log">) {
  const log = deps.log.child({ module: "retention" })
  const closing = new AbortController()
  let last: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    const started = performance.now()
    try {
      const removed = await removeOld(deps, new Date(), closing.signal)
      const any = Object.values(removed).some((count) => count > 0)
      const duration_ms = Math.round(performance.now() - started)
      log[any ? "info" : "debug"]({ event: "retention.done", ...removed, duration_ms })
    } catch (err) {
      // The rest is removed tomorrow.
      if (!closing.signal.aborted) log.warn({ event: "retention.failed", err })
    }
  }
  const again = () => {
    last = last.then(run)
  }
  again()
  const timer = setInterval(again, DAILY_MS)
  timer.unref()
  return {
    /** Stops a removal in progress after its current statement. */
    close(): Promise<void> {
      clearInterval(timer)
      closing.abort()
      return last
    },
  }
}

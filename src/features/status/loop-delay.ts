/** Long, since each tick wakes an idle server and makes the allocator scan the whole heap. */
const TICK_MS = 2000

/** Returns a function: the mean delay of timers in ms since its last call, or 0 if none was due. */
export function measureLoopDelay(): () => number {
  let dueAt = performance.now() + TICK_MS
  let late_ms = 0
  let ticks = 0
  const timer = setInterval(() => {
    const now = performance.now()
    late_ms += Math.max(0, now - dueAt)
    ticks++
    dueAt = now + TICK_MS
  }, TICK_MS)
  timer.unref()
  return () => {
    const mean_ms = ticks === 0 ? 0 : late_ms / ticks
    late_ms = 0
    ticks = 0
    return mean_ms
  }
}

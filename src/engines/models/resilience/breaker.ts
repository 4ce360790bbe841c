export type BreakerLimits = {
  /** Consecutive failures that open the breaker. */
  failures: number
  /** How long it stays open and lets nothing through. */
  open_ms: number
  /** Concurrent calls it lets through while half-open, to probe the service. */
  probes: number
  /** Successful probes needed to close it. */
  successes: number
}

export const standardBreaker: BreakerLimits = {
  failures: 5,
  open_ms: 60_000,
  probes: 3,
  successes: 2,
}

/** How a call counts. `nothing` means it was cancelled, or refused for a good reason. */
export type Verdict = "success" | "failure" | "nothing"

export type BreakerStatus = {
  state: "closed" | "open" | "half_open"
  failure_count: number
  success_count: number
  last_failure_time: string | null
}

export type Breaker = {
  /** Lets a call through and returns its callback, to call once; undefined to refuse the call. */
  enter(): ((verdict: Verdict) => void) | undefined
  /** Returns the seconds until the next try is worthwhile; 0 while closed. */
  retryAfterS(): number
  status(): BreakerStatus
}

/** Our own, since cockatiel's allows one probe at a time. `now` is a monotonic clock in ms. */
export function createBreaker(
  limits: BreakerLimits,
  onOpen: () => void,
  now: () => number = () => performance.now(),
): Breaker {
  let state: BreakerStatus["state"] = "closed"
  let failures = 0
  let successes = 0
  let lastFailure: Date | null = null
  let openedAt = 0
  let running = 0
  /** Counts state changes. A call that began before the latest one no longer counts. */
  let era = 0

  function change(to: BreakerStatus["state"]) {
    state = to
    successes = 0
    running = 0
    era += 1
    if (to === "closed") failures = 0
    if (to === "open") openedAt = now()
  }

  function present() {
    if (state === "open" && now() - openedAt >= limits.open_ms) change("half_open")
    return state
  }

  function succeed() {
    if (state === "closed") failures = 0
    else if (++successes >= limits.successes) change("closed")
  }

  function fail() {
    failures += 1
    lastFailure = new Date()
    if (state === "closed" && failures < limits.failures) return
    change("open")
    onOpen()
  }

  return {
    enter() {
      const full = present() === "half_open" && running >= limits.probes
      if (state === "open" || full) return undefined
      const entered = era
      running += 1
      return (verdict) => {
        if (entered !== era) return
        running -= 1
        if (verdict === "success") succeed()
        if (verdict === "failure") fail()
      }
    },
    retryAfterS() {
      if (present() === "closed") return 0
      const left_ms = state === "open" ? openedAt + limits.open_ms - now() : 0
      return Math.max(1, Math.ceil(left_ms / 1000))
    },
    status: () => ({
      state: present(),
      failure_count: failures,
      success_count: successes,
      last_failure_time: lastFailure?.toISOString() ?? null,
    }),
  }
}

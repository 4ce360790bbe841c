export type BreakerLimits = {
  /** Failures in a row that open it. */
  failures: number
  /** How long it lets nothing through. */
  open_ms: number
  /** Calls at a time that it then lets through to see how the service is. */
  probes: number
  /** Such calls that have to succeed before it closes. */
  successes: number
}

export const standardBreaker: BreakerLimits = {
  failures: 5,
  open_ms: 60_000,
  probes: 3,
  successes: 2,
}

/** What a call says of the service; `nothing` for one that was cancelled or rightly refused. */
export type Verdict = "success" | "failure" | "nothing"

export type BreakerStatus = {
  state: "closed" | "open" | "half_open"
  /** Failures in a row. */
  failure_count: number
  /** Probes that succeeded since it is half-open. */
  success_count: number
  last_failure_time: string | null
}

export type Breaker = {
  /** Lets a call through: gives what must be told once how it went. Undefined if it must not go. */
  enter(): ((verdict: Verdict) => void) | undefined
  /** Seconds until it is worth trying again; 0 while it is closed. */
  retryAfterS(): number
  status(): BreakerStatus
}

/**
 * Keeps calls from a service that is down. Written here since cockatiel's breaker lets one probe
 * through at a time and closes after its success. `now` gives milliseconds that never go back.
 */
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
  /** Counts the changes of state: a call that began before the last one says nothing any more. */
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

/** A provider's state, from its circuit breaker and its settings. */
type ProviderState = {
  usable: boolean
  reason: string
  state: "closed" | "open" | "half_open"
  /** Seconds until the next attempt makes sense. */
  retry_after: number
}

/** "missing": not set up. "degraded": set up, but failing at the moment. */
export type Standing = { status: "healthy" | "missing" | "degraded"; note: string }

export function standingOf(provider: ProviderState): Standing {
  const { usable, reason, state, retry_after } = provider
  switch (state) {
    case "closed":
      return { status: usable ? "healthy" : "missing", note: reason }
    case "open": {
      const note = `It failed too often, so Amelia paused it. Next attempt in ${retry_after} s.`
      return { status: "degraded", note }
    }
    case "half_open":
      return {
        status: "degraded",
        note: "It failed too often. Amelia is trying it again with a few calls.",
      }
  }
}

/** Returns what a person can do about the status, or null if it is healthy. */
export function fixFor(status: Standing["status"], configFile: string): string | null {
  switch (status) {
    case "healthy":
      return null
    case "missing":
      return `To use it, set it up in ${configFile}.`
    case "degraded":
      return "Nothing to do: Amelia tries it again on its own."
  }
}

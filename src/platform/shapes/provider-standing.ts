/** A provider's state from its breaker and settings. */
type ProviderState = {
  usable: boolean
  reason: string
  state: "closed" | "open" | "half_open"
  /** Seconds until it can be tried again. */
  retry_after: number
}

/** missing: not set up. degraded: set up, but not working now. */
export type Standing = { status: "healthy" | "missing" | "degraded"; note: string }

/** Describes a provider's state in a sentence for the user. */
export function standingOf(provider: ProviderState): Standing {
  const { usable, reason, state, retry_after } = provider
  switch (state) {
    case "closed":
      return { status: usable ? "healthy" : "missing", note: reason }
    case "open": {
      const note = `It failed too often. Amelia tries it again in ${retry_after} s.`
      return { status: "degraded", note }
    }
    case "half_open":
      return {
        status: "degraded",
        note: "It failed too often. Amelia is testing it with a few calls.",
      }
  }
}

/** What the user can do about it; null if there is nothing to do. */
export function mendOf(status: Standing["status"], configFile: string): string | null {
  switch (status) {
    case "healthy":
      return null
    case "missing":
      return `To use it, set it up in ${configFile}.`
    case "degraded":
      return "Nothing. Amelia tries it again automatically."
  }
}

/** A provider as its breaker and its settings have it. */
type ProviderState = {
  usable: boolean
  reason: string
  state: "closed" | "open" | "half_open"
  /** Seconds until it is worth asking again. */
  retry_after: number
}

/** Missing is what nobody has set up; degraded, what is and does not work now. */
export type Standing = { status: "healthy" | "missing" | "degraded"; note: string }

/** How a provider stands, in a sentence for people. */
export function standingOf(provider: ProviderState): Standing {
  const { usable, reason, state, retry_after } = provider
  switch (state) {
    case "closed":
      return { status: usable ? "healthy" : "missing", note: reason }
    case "open": {
      const note = `It failed too often and is being left alone: it is asked again in ${retry_after} s.`
      return { status: "degraded", note }
    }
    case "half_open":
      return { status: "degraded", note: "It failed too often and is now tried with a few calls." }
  }
}

/** What a person can do about it; null if there is nothing to do. */
export function mendOf(status: Standing["status"], configFile: string): string | null {
  switch (status) {
    case "healthy":
      return null
    case "missing":
      return `To use it, set it up in ${configFile}.`
    case "degraded":
      return "Nothing: it is asked again by itself."
  }
}

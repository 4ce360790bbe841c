import type { Availability, ModelInfo, ProviderName } from "./model"
import type { BreakerStatus } from "./resilience/breaker"

export type ListedProvider = Availability & {
  name: ProviderName
  title: string
  state: BreakerStatus["state"]
  /** Seconds until the next try is worthwhile. */
  retry_after: number
}

export type ListedModel = Omit<ModelInfo, "model"> & {
  id: string
  provider: ProviderName
  usable: boolean
  /** Why it can't be used, or why its provider could not list its models. */
  note: string | null
}

export type KnownModel = { id: string; usable: boolean }

/** A model as clients see it. `default` is true if DEFAULT_MODEL currently resolves to it. */
export type Model = ListedModel & { default: boolean }

import type { Availability, ModelInfo, ProviderName } from "./model"
import type { BreakerStatus } from "./resilience/breaker"

export type ListedProvider = Availability & {
  name: ProviderName
  title: string
  /** Whether it is asked at all, as its breaker has it. */
  state: BreakerStatus["state"]
  /** Seconds until it is worth asking again. */
  retry_after: number
}

export type ListedModel = Omit<ModelInfo, "model"> & {
  id: string
  provider: ProviderName
  usable: boolean
  /** Why it can't be used, or why its provider could not be asked for its models. */
  note: string | null
}

export type KnownModel = { id: string; usable: boolean }

/** A model as a client sees it. `default` is that of DEFAULT_MODEL, as it resolves now. */
export type Model = ListedModel & { default: boolean }

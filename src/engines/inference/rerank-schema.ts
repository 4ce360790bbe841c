/** `waiting`: it is not to be opened here; `failed`: it is tried again, later and later. */
export type RerankerStatus = "off" | "waiting" | "fetching" | "failed" | "ready"

export type RerankerState = {
  status: RerankerStatus
  /** The model of the settings. */
  model: string
  /** A sentence for a person. */
  note: string
}

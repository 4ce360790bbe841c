/** `waiting`: this process doesn't open it; `failed`: retried after growing pauses. */
export type RerankerStatus = "off" | "waiting" | "fetching" | "failed" | "ready"

export type RerankerState = {
  status: RerankerStatus
  /** The model from the settings. */
  model: string
  /** A sentence for a person. */
  note: string
}

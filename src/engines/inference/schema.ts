/** `off`: disabled by the settings; `waiting`: nothing to do; `failed`: retried after a pause. */
export type EmbeddingStatus = "off" | "waiting" | "fetching" | "failed" | "filling" | "ready"

export type EmbeddingState = {
  status: EmbeddingStatus
  model: string
  /** The mode of a search that doesn't give one. */
  mode: "lexical" | "hybrid"
  note: string
  /** What to do about a failure. */
  fix: string | null
}

/** `waiting`: this process doesn't open it; `failed`: retried after growing pauses. */
export type RerankerStatus = "off" | "waiting" | "fetching" | "failed" | "ready"

export type RerankerState = Pick<EmbeddingState, "model" | "note"> & { status: RerankerStatus }

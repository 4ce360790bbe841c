/**
 * How far embeddings are. `off`: there will be none with these settings; `waiting`: nothing is to be
 * done yet; `failed`: it is tried again, later and later.
 */
export type EmbeddingStatus = "off" | "waiting" | "fetching" | "failed" | "filling" | "ready"

export type EmbeddingState = {
  status: EmbeddingStatus
  /** The model of the settings. */
  model: string
  /** How a search without a mode works now. */
  mode: "lexical" | "hybrid"
  /** A sentence for a person. */
  note: string
}

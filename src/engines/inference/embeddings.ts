import type { EmbeddingModelRow } from "../../platform/db/schema/embeddings"
import type { VectorIndex } from "../index/vectors/vector-index"
import type { Embedder } from "./embedder"
import type { EmbeddingState } from "./schema"

/** A model whose vectors are searched. */
export type Serving = { row: EmbeddingModelRow; embedder: Embedder; index: VectorIndex }

export type Embeddings = {
  /** Embeds documents in the background from now on, those that come too. */
  begin(): void
  state(): EmbeddingState
  /** What queries are answered with; undefined as long as search works by words alone. */
  serving(): Serving | undefined
  close(): Promise<void>
}

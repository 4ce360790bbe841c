import type { EmbeddingModelRow } from "../../platform/db/schema/embeddings"
import type { VectorIndex } from "../index/vectors/vector-index"
import type { Embedder } from "./embedder"
import type { EmbeddingState } from "./schema"

/** The model whose vectors are searched. */
export type Serving = { row: EmbeddingModelRow; embedder: Embedder; index: VectorIndex }

export type Embeddings = {
  begin(): void
  state(): EmbeddingState
  /** Returns the model that answers queries, or undefined while search is lexical only. */
  serving(): Serving | undefined
  /** Opens the model even without documents. */
  want(): void
  close(): Promise<void>
}

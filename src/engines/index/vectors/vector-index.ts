import type { Filter } from "../snapshot-store"
import type { MatrixAnswer, Rows } from "./matrix"

export type VectorQuery = Filter & {
  vector: Float32Array
  topK: number
  /** Chunks whose similarity is told too. */
  also: number[]
}

/** The vectors of one model, searched by cosine. What is searched is what was committed. */
export type VectorIndex = Disposable & {
  /** The nearest chunks, best first. Those that were deleted a moment ago may be among them. */
  search(query: VectorQuery): Promise<MatrixAnswer>
  /** Takes in vectors that were just committed. */
  put(rows: Rows): void
  /** Says which chunks there are; others are gone for good. */
  keep(ids: number[]): void
  /** Says which chunks are gone for good. */
  forget(ids: number[]): void
}

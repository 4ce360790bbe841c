import type { Filter } from "../snapshot-store"
import type { MatrixAnswer, Rows } from "./matrix"

type VectorQuery = Filter & {
  vector: Float32Array
  topK: number
  /** Chunks whose similarity is returned too. */
  also: number[]
}

/** The committed vectors of one model, searched by cosine. */
export type VectorIndex = Disposable & {
  /** Returns the nearest chunks, best first. May include chunks that were just deleted. */
  search(query: VectorQuery): Promise<MatrixAnswer>
  /** Adds vectors that were just committed. */
  put(rows: Rows): void
  /** Removes all chunks that are not in `ids`. */
  keep(ids: number[]): void
  forget(ids: number[]): void
}

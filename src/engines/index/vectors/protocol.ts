import type { MatrixAnswer, MatrixQuery, Rows } from "./matrix"

export type ToMatrix =
  | { type: "open"; dimension: number }
  | { type: "put"; rows: Rows }
  /** Removes all chunks that are not in this list. */
  | { type: "keep"; ids: number[] }
  | { type: "forget"; ids: number[] }
  | { type: "search"; query: MatrixQuery }

/** One answer for each search, in order. */
export type FromMatrix = MatrixAnswer

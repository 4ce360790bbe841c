import type { MatrixAnswer, MatrixQuery, Rows } from "./matrix"

export type ToMatrix =
  | { type: "open"; dimension: number }
  | { type: "put"; rows: Rows }
  /** Keeps what stands in this list alone. */
  | { type: "keep"; ids: number[] }
  | { type: "forget"; ids: number[] }
  | { type: "search"; query: MatrixQuery }

/** One answer for each search, in their order. */
export type FromMatrix = MatrixAnswer

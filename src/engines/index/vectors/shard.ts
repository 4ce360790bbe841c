import { newMatrixWorker } from "../../../embedded"
import { connect, WorkerEnded } from "../../../platform/async/rpc"
import type { MatrixAnswer, MatrixQuery, Rows } from "./matrix"
import type { MatrixCalls } from "./matrix-worker"

/** A worker with a part of the vectors. Once it has ended, searches fail with the reason. */
export type Shard = Disposable & {
  put(rows: Rows): void
  keep(ids: number[]): void
  forget(ids: number[]): void
  search(query: MatrixQuery): Promise<MatrixAnswer>
}

/** `ended` is called once when the shard can't be used any more and nobody closed it. */
export function openShard(dimension: number, ended: (reason: Error) => void): Shard {
  const matrix = connect<MatrixCalls>(newMatrixWorker(), "searches vectors", ended)
  /** A matrix that missed a change would answer wrongly from then on, so it ends. */
  function made(change: Promise<void>): void {
    change.catch((thrown) => {
      if (thrown instanceof WorkerEnded) return
      matrix[Symbol.dispose]()
      ended(thrown)
    })
  }
  made(matrix.call("open", dimension))
  return {
    put: (rows) => made(matrix.call("put", rows)),
    keep: (ids) => made(matrix.call("keep", ids)),
    forget: (ids) => made(matrix.call("forget", ids)),
    search: (query) => matrix.call("search", query),
    [Symbol.dispose]: () => matrix[Symbol.dispose](),
  }
}

import { availableParallelism } from "node:os"
import { newMatrixWorker } from "../../../embedded"
import { connect, WorkerEnded } from "../../../platform/async/rpc"
import type { Db } from "../../../platform/db/db"
import { findChosen } from "../snapshot-store"
import { TopK } from "../top-k"
import type { MatrixAnswer, MatrixQuery, Rows } from "./matrix"
import type { MatrixCalls } from "./matrix-worker"
import { readVectors } from "./store"
import type { VectorIndex } from "./vector-index"

type IndexOptions = {
  modelId: number
  dimension: number
  ended: (reason: Error) => void
}

/** Vectors read at a time. More would keep the embedded engine busy for too long. */
const PAGE_ROWS = 500
/** The most workers that share the vectors. More would only compete for memory bandwidth. */
const SHARDS_MAX = 3

/**
 * Searches exactly, in workers: for a process that has the database to itself. An HNSW graph in the
 * embedded engine would block all queries while it is built, and makes 50 inserts take 400 ms.
 */
export async function openScanIndex(db: Db, options: IndexOptions): Promise<VectorIndex> {
  const { dimension } = options
  const ended = once(options.ended)
  const count = Math.max(1, Math.min(SHARDS_MAX, availableParallelism() - 1))
  const shards = Array.from({ length: count }, () => openShard(dimension, ended))
  const put = (rows: Rows) => {
    for (const [i, shard] of shards.entries()) {
      const share = shareOf(rows, dimension, (id) => id % count === i)
      if (share.ids.length > 0) shard.put(share)
    }
  }
  for await (const rows of readVectors(db, options, PAGE_ROWS)) put(rows)
  return {
    async search({ vector, topK, also, ...filter }) {
      const chosen = await findChosen(db, filter)
      const query = { vector, topK, also, chosen }
      return joined(await Promise.all(shards.map((shard) => shard.search(query))), topK)
    },
    put,
    keep: (ids) => {
      for (const shard of shards) shard.keep(ids)
    },
    forget: (ids) => {
      for (const shard of shards) shard.forget(ids)
    },
    [Symbol.dispose]() {
      for (const shard of shards) shard[Symbol.dispose]()
    },
  }
}

/** Opens a worker with a part of the vectors. Once it has ended, searches fail with the reason. */
function openShard(dimension: number, ended: (reason: Error) => void) {
  const matrix = connect<MatrixCalls>(newMatrixWorker(), "searches vectors", { ended })
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
    put: (rows: Rows) => made(matrix.call("put", rows)),
    keep: (ids: number[]) => made(matrix.call("keep", ids)),
    forget: (ids: number[]) => made(matrix.call("forget", ids)),
    search: (query: MatrixQuery) => matrix.call("search", query),
    [Symbol.dispose]: () => matrix[Symbol.dispose](),
  }
}

function shareOf({ ids, vectors }: Rows, dimension: number, isOf: (id: number) => boolean): Rows {
  const chosen = [...ids.keys()].filter((row) => isOf(ids[row] ?? 0))
  const share = new Float32Array(chosen.length * dimension)
  for (const [to, row] of chosen.entries()) {
    share.set(vectors.subarray(row * dimension, (row + 1) * dimension), to * dimension)
  }
  return { ids: Float64Array.from(chosen, (row) => ids[row] ?? 0), vectors: share }
}

function joined(answers: MatrixAnswer[], topK: number): MatrixAnswer {
  const best = new TopK(topK)
  for (const { hits } of answers) for (const { chunkId, score } of hits) best.offer(chunkId, score)
  return { hits: best.best(), similarities: new Map(answers.flatMap((it) => [...it.similarities])) }
}

function once(tell: (reason: Error) => void): (reason: Error) => void {
  let told = false
  return (reason) => {
    if (!told) tell(reason)
    told = true
  }
}

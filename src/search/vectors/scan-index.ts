import type { Db } from "../../db/db"
import { newMatrixWorker } from "../../embedded"
import { findAllowed } from "../snapshot-store"
import type { MatrixAnswer } from "./matrix"
import type { FromMatrix, ToMatrix } from "./protocol"
import { readVectors } from "./store"
import type { VectorIndex } from "./vector-index"

export type IndexOptions = {
  modelId: number
  dimension: number
  /** Called once when it can't be used any more. */
  ended: (reason: Error) => void
}

/** Vectors read at a time: more would keep the embedded engine from others for too long. */
const PAGE_ROWS = 500

/**
 * Exact search in a worker that holds all vectors of a model: what one process needs that has the
 * database for itself. An HNSW graph in the embedded engine would block every query for as long as
 * it is built, and 50 inserts with it there take 400 ms.
 */
export async function openScanIndex(db: Db, options: IndexOptions): Promise<VectorIndex> {
  const worker = newMatrixWorker()
  const waiting: PromiseWithResolvers<MatrixAnswer>[] = []
  let failure: Error | undefined
  const post = (message: ToMatrix) => worker.postMessage(message)
  const end = (reason: string) => {
    if (failure) return
    failure = new Error(`The worker that searches vectors ended: ${reason}`)
    for (const { reject } of waiting.splice(0)) reject(failure)
    options.ended(failure)
  }
  worker.onmessage = ({ data }: MessageEvent<FromMatrix>) => waiting.shift()?.resolve(data)
  worker.addEventListener("error", ({ message }) => end(message))
  worker.addEventListener("close", () => end("it does not say why."))

  post({ type: "open", dimension: options.dimension })
  for await (const rows of readVectors(db, options, PAGE_ROWS)) post({ type: "put", rows })
  return {
    async search({ vector, topK, also, ...filter }) {
      const allowed = await findAllowed(db, filter)
      if (failure) throw failure
      const answer = Promise.withResolvers<MatrixAnswer>()
      waiting.push(answer)
      post({ type: "search", query: { vector, topK, also, allowed } })
      return await answer.promise
    },
    put: (rows) => post({ type: "put", rows }),
    keep: (ids) => post({ type: "keep", ids }),
    forget: (ids) => post({ type: "forget", ids }),
    [Symbol.dispose]() {
      failure ??= new Error("The index of vectors was closed.")
      for (const { reject } of waiting.splice(0)) reject(failure)
      worker.terminate()
    },
  }
}

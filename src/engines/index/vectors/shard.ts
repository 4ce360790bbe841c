import { newMatrixWorker } from "../../../embedded"
import type { MatrixAnswer, MatrixQuery, ToMatrix } from "./matrix"

/** A worker with some of the vectors. Searches fail with the reason once it has ended. */
export type Shard = Disposable & {
  post(message: Exclude<ToMatrix, { type: "search" }>): void
  search(query: MatrixQuery): Promise<MatrixAnswer>
}

/** Calls `ended` once if the worker ends by itself. */
export function openShard(dimension: number, ended: (reason: Error) => void): Shard {
  const worker = newMatrixWorker()
  const waiting: PromiseWithResolvers<MatrixAnswer>[] = []
  let failure: Error | undefined
  const post = (message: ToMatrix) => worker.postMessage(message)
  const fail = (reason: Error) => {
    failure ??= reason
    for (const { reject } of waiting.splice(0)) reject(failure)
  }
  const end = (reason: string) => {
    if (failure) return
    fail(new Error(`The worker that searches vectors has ended: ${reason}`))
    if (failure) ended(failure)
  }
  worker.onmessage = ({ data }: MessageEvent<MatrixAnswer>) => waiting.shift()?.resolve(data)
  worker.addEventListener("error", ({ message }) => end(message))
  worker.addEventListener("close", () => end("it gave no reason."))
  post({ type: "open", dimension })
  return {
    post,
    search(query) {
      if (failure) return Promise.reject(failure)
      const answer = Promise.withResolvers<MatrixAnswer>()
      waiting.push(answer)
      post({ type: "search", query })
      return answer.promise
    },
    [Symbol.dispose]() {
      fail(new Error("The index of vectors was closed."))
      worker.terminate()
    },
  }
}

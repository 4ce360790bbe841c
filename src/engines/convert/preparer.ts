import { newPrepareWorker } from "../../embedded"
import { extensionOf } from "../../features/documents/names"
import { grammarOf } from "./code/languages"
import type { SourceFile } from "./convert"
import { type Preparation, type Prepared, prepareInOrder } from "./prepare"
import type { Answer } from "./prepare-worker"

/** Less than this is prepared before a worker has warmed up. */
const WORKER_BYTES_MIN = 500_000

export type Preparer = Disposable & {
  prepare(preparation: Preparation): Promise<Prepared>
}

/**
 * Prepares these short files. Uses a worker for many bytes, to keep the event loop free, and for
 * code with a grammar, since the parser returns memory only when its thread ends.
 */
export function startPreparer(
  files: (Pick<SourceFile, "name" | "type"> & { sizeBytes: number })[],
): Preparer {
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const isParsed = files.some(({ name, type }) => type === "code" && grammarOf(extensionOf(name)))
  if (isParsed || bytes >= WORKER_BYTES_MIN) return startWorker()
  return { prepare: prepareInOrder(), [Symbol.dispose]() {} }
}

function startWorker(): Preparer {
  const worker = newPrepareWorker()
  const waiting: PromiseWithResolvers<Prepared>[] = []
  let ended: Error | undefined
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const next = waiting.shift()
    if ("prepared" in data) next?.resolve(data.prepared)
    else next?.reject(new Error(data.failure))
  }
  const end = (reason: string) => {
    ended ??= new Error(`The worker that prepares documents has ended: ${reason}`)
    for (const { reject } of waiting.splice(0)) reject(ended)
  }
  worker.addEventListener("error", ({ message }) => end(message))
  worker.addEventListener("close", () => end("it gave no reason."))
  return {
    prepare(preparation) {
      if (ended) return Promise.reject(ended)
      const next = Promise.withResolvers<Prepared>()
      waiting.push(next)
      worker.postMessage(preparation)
      return next.promise
    },
    [Symbol.dispose]: () => worker.terminate(),
  }
}

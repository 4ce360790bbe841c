import { newPrepareWorker } from "../../../embedded"
import type { CheckedFile } from "../../../features/documents/check"
import type { PackedPassages } from "../../index/indexing"
import { grammarOf } from "../code/languages"
import { extensionOf } from "../extension"
import { type Preparation, prepare } from "./prepare"
import type { Prepared } from "./prepare-worker"

/** Less text than this is prepared before a worker has warmed up. */
const CHARACTERS_MIN = 500_000

export type Preparer = Disposable & {
  prepare(preparation: Preparation): Promise<PackedPassages>
}

/**
 * Prepares such files: in a worker, that the event loop is free for others, if it is much text, or
 * code to be parsed, whose parser gives memory back only with its thread.
 */
export function startPreparer(files: Omit<CheckedFile, "content">[]): Preparer {
  const characters = files.reduce((sum, { text, sizeBytes }) => sum + (text ? sizeBytes : 0), 0)
  const isParsed = files.some(({ name, type }) => type === "code" && grammarOf(extensionOf(name)))
  const needsWorker = isParsed || characters >= CHARACTERS_MIN
  return needsWorker ? startWorker() : { prepare, [Symbol.dispose]() {} }
}

function startWorker(): Preparer {
  const worker = newPrepareWorker()
  const waiting: PromiseWithResolvers<PackedPassages>[] = []
  let ended: Error | undefined
  worker.onmessage = ({ data }: MessageEvent<Prepared>) => {
    const next = waiting.shift()
    if ("packed" in data) next?.resolve(data.packed)
    else next?.reject(new Error(data.failure))
  }
  const end = (reason: string) => {
    ended ??= new Error(`The worker that prepares documents ended: ${reason}`)
    for (const { reject } of waiting.splice(0)) reject(ended)
  }
  worker.addEventListener("error", ({ message }) => end(message))
  worker.addEventListener("close", () => end("it does not say why."))
  return {
    prepare(preparation) {
      if (ended) return Promise.reject(ended)
      const next = Promise.withResolvers<PackedPassages>()
      waiting.push(next)
      worker.postMessage(preparation)
      return next.promise
    },
    [Symbol.dispose]: () => worker.terminate(),
  }
}

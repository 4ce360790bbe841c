import { newEmbeddingWorker } from "../embedded"
import type { Embedder } from "./embedder"
import type { FromEmbedder, Load, ToEmbedder } from "./protocol"

type Job = { texts: string[]; urgent: boolean; told: PromiseWithResolvers<Float32Array[]> }

/** A text that ends the worker each time must not do so for ever. */
const ATTEMPTS_MAX = 2

/**
 * A model in a worker of this process. One job is there at a time and the others wait here, so that
 * a query waits for one batch at most. A worker that ends is started again for the next job.
 */
export async function openLocal(
  load: Omit<Load, "type">,
  newWorker: () => Worker = newEmbeddingWorker,
): Promise<Embedder> {
  const waiting: Job[] = []
  let model: LoadedModel | undefined = await loadModel(load, newWorker)
  let working = false
  let closed = false

  async function work({ texts }: Job): Promise<Float32Array[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        model ??= await loadModel(load, newWorker)
        return await model.embed(texts)
      } catch (thrown) {
        if (model?.isOver()) model = undefined
        else throw thrown
        if (closed || attempt === ATTEMPTS_MAX) throw thrown
      }
    }
  }

  async function workOff(): Promise<void> {
    working = true
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const { told } = job
      await work(job).then(told.resolve, told.reject)
    }
    working = false
  }

  return {
    embed(texts, { urgent = false } = {}) {
      const job = { texts, urgent, told: Promise.withResolvers<Float32Array[]>() }
      const later = waiting.findIndex((other) => urgent && !other.urgent)
      waiting.splice(later < 0 ? waiting.length : later, 0, job)
      if (!working) void workOff()
      return job.told.promise
    },
    [Symbol.dispose]() {
      closed = true
      model?.end("it was closed.")
    },
  }
}

type LoadedModel = {
  embed(texts: string[]): Promise<Float32Array[]>
  isOver(): boolean
  end(reason: string): void
}

/** Throws what keeps the model from being loaded, such as a native library that does not fit. */
async function loadModel(load: Omit<Load, "type">, newWorker: () => Worker): Promise<LoadedModel> {
  const worker = newWorker()
  let answer: PromiseWithResolvers<FromEmbedder> | undefined
  let over: Error | undefined
  const end = (reason: string) => {
    over ??= new Error(`The worker of the embedding model ended: ${reason}`)
    answer?.reject(over)
    worker.terminate()
  }
  worker.onmessage = ({ data }: MessageEvent<FromEmbedder>) => answer?.resolve(data)
  worker.addEventListener("error", ({ message }) => end(message))
  worker.addEventListener("close", () => end("it does not say why."))

  async function ask(message: ToEmbedder): Promise<FromEmbedder> {
    if (over) throw over
    answer = Promise.withResolvers()
    worker.postMessage(message)
    const answered = await answer.promise
    if (answered.type === "failed") throw new Error(answered.reason)
    return answered
  }

  await ask({ type: "load", ...load }).catch((thrown) => {
    worker.terminate()
    throw thrown
  })
  return {
    isOver: () => over !== undefined,
    end,
    async embed(texts) {
      const answered = await ask({ type: "embed", texts })
      if (answered.type !== "vectors") throw new Error("The embedding model answered no vectors.")
      const { vectors, dimension } = answered
      return texts.map((_, i) => vectors.subarray(i * dimension, (i + 1) * dimension))
    },
  }
}

import { newEmbeddingWorker } from "../../embedded"
import { batchesOf } from "../../platform/async/batches"
import { type Caller, connect, WorkerEnded } from "../../platform/async/rpc"
import type { CrossEncoder } from "./cross-encoder"
import type { Embedder } from "./embedder"
import type { NativeRuntime } from "./native"
import type { Load, Work } from "./protocol"
import type { EmbedderCalls } from "./worker"

type Place = Omit<Load, "kind" | "runtime"> & { runtime: NativeRuntime | undefined }
type ModelLoad = Place & Pick<Load, "kind">
type JobOptions = { urgent?: boolean; signal?: AbortSignal }
type Job = Work & JobOptions & { told: PromiseWithResolvers<Float32Array[]> }
type LoadedModel = Caller<EmbedderCalls>
type LocalModel = Disposable & {
  run(work: Work, options?: JobOptions): Promise<Float32Array[]>
}

/** A text that ends the worker each time must not do so for ever. */
const ATTEMPTS_MAX = 2

/** Of one call of a cross-encoder: so little that a query which is given up is soon out of the way. */
const BATCH = { count: 8, size: 8000 }

export async function openLocal(place: Place, newWorker = newEmbeddingWorker): Promise<Embedder> {
  const model = await openModel({ ...place, kind: "embedder" }, newWorker)
  return { ...model, embed: (texts, options) => model.run({ texts }, options) }
}

export async function openCrossEncoder(
  place: Place,
  newWorker = newEmbeddingWorker,
): Promise<CrossEncoder> {
  const model = await openModel({ ...place, kind: "cross-encoder" }, newWorker)
  async function score(query: string, texts: string[], signal: AbortSignal): Promise<number[]> {
    const scores: number[] = []
    // Texts of one batch are padded to the longest of them.
    const sorted = [...texts.entries()].sort(([, a], [, b]) => a.length - b.length)
    for (const batch of batchesOf(sorted, BATCH, ([, text]) => text.length)) {
      const work = { query, texts: batch.map(([, text]) => text) }
      const numbers = await model.run(work, { signal })
      for (const [k, [i]] of batch.entries()) scores[i] = scoreOf(place.model, numbers[k])
    }
    return scores
  }
  return { ...model, score }
}

/** Throws for a classifier of another kind, and for what is no number. */
function scoreOf(model: string, numbers: Float32Array | undefined): number {
  const [score = Number.NaN] = numbers ?? []
  if (numbers?.length === 1 && Number.isFinite(score)) return score
  throw new Error(`${model} is no cross-encoder: it gives [${numbers}] where one score is due.`)
}

/**
 * A model in a worker of this process. One job is there at a time and the others wait here, so that
 * a query waits for one batch at most. A worker that ends is started again for the next job.
 */
async function openModel(load: ModelLoad, newWorker: () => Worker): Promise<LocalModel> {
  const waiting: Job[] = []
  let model: LoadedModel | undefined = await loadModel(load, newWorker)
  let working = false
  let closed = false

  async function work({ texts, query, signal }: Job): Promise<Float32Array[]> {
    signal?.throwIfAborted()
    for (let attempt = 1; ; attempt++) {
      try {
        model ??= await loadModel(load, newWorker)
        return await vectorsOf(model, { texts, ...(query !== undefined && { query }) })
      } catch (thrown) {
        if (!(thrown instanceof WorkerEnded)) throw thrown
        model = undefined
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
    run(work, options = {}) {
      const job: Job = { ...work, ...options, told: Promise.withResolvers() }
      const later = waiting.findIndex((other) => job.urgent && !other.urgent)
      waiting.splice(later < 0 ? waiting.length : later, 0, job)
      if (!working) void workOff()
      return job.told.promise
    },
    [Symbol.dispose]() {
      closed = true
      model?.[Symbol.dispose]()
    },
  }
}

/** Throws what keeps the model from being loaded, such as a native library that does not fit. */
async function loadModel(load: ModelLoad, newWorker: () => Worker): Promise<LoadedModel> {
  const runtime = await load.runtime?.()
  const model = connect<EmbedderCalls>(newWorker(), "runs the embedding model")
  await model.call("load", { ...load, runtime }).catch((thrown) => {
    model[Symbol.dispose]()
    throw thrown
  })
  return model
}

async function vectorsOf(model: LoadedModel, work: Work): Promise<Float32Array[]> {
  const { vectors, dimension } = await model.call("embed", work)
  return work.texts.map((_, i) => vectors.subarray(i * dimension, (i + 1) * dimension))
}

import { newEmbeddingWorker } from "../../embedded"
import { batchesOf } from "../../platform/async/batches"
import { type Caller, connect, WorkerEnded } from "../../platform/async/rpc"
import { createSlots } from "../../platform/async/slots"
import type { CrossEncoder, Embedder } from "./embedder"
import type { Load, Work } from "./transformers"
import type { EmbedderCalls } from "./worker"

/** `runtime` checks onnxruntime's files before each load and returns the path of its binding. */
export type Location = Omit<Load, "kind" | "runtime"> & {
  runtime: (() => Promise<string>) | undefined
}
type ModelLoad = Location & Pick<Load, "kind">
type JobOptions = { urgent?: boolean; signal?: AbortSignal }
type LoadedModel = Caller<EmbedderCalls>
type LocalModel = Disposable & {
  run(work: Work, options?: JobOptions): Promise<Float32Array[]>
}

/** A text that crashes the worker must not crash it for ever. */
const ATTEMPTS_MAX = 2

/** Limits of one cross-encoder call. Small, so that an abandoned query ends soon. */
const BATCH = { count: 8, size: 8000 }

export async function openLocal(
  location: Location,
  newWorker = newEmbeddingWorker,
): Promise<Embedder> {
  const model = await openModel({ ...location, kind: "embedder" }, newWorker)
  return { ...model, embed: (texts, options) => model.run({ texts }, options) }
}

export async function openCrossEncoder(
  location: Location,
  newWorker = newEmbeddingWorker,
): Promise<CrossEncoder> {
  const model = await openModel({ ...location, kind: "cross-encoder" }, newWorker)
  async function score(query: string, texts: string[], signal: AbortSignal): Promise<number[]> {
    const scores: number[] = []
    // Sorted by length, since a batch is padded to its longest text.
    const sorted = [...texts.entries()].sort(([, a], [, b]) => a.length - b.length)
    for (const batch of batchesOf(sorted, BATCH, ([, text]) => text.length)) {
      const work = { query, texts: batch.map(([, text]) => text) }
      const numbers = await model.run(work, { signal })
      for (const [k, [i]] of batch.entries()) scores[i] = scoreOf(location.model, numbers[k])
    }
    return scores
  }
  return { ...model, score }
}

/** Returns the score. Throws for another kind of classifier or a value that isn't a number. */
function scoreOf(model: string, numbers: Float32Array | undefined): number {
  const [score = Number.NaN] = numbers ?? []
  if (numbers?.length === 1 && Number.isFinite(score)) return score
  throw new Error(`${model} is not a cross-encoder: it gave [${numbers}] instead of one score.`)
}

/** Opens a model in a worker with one job at a time, so a query waits for one batch at most. */
async function openModel(load: ModelLoad, newWorker: () => Worker): Promise<LocalModel> {
  const turns = createSlots(1)
  let model: LoadedModel | undefined = await loadModel(load, newWorker)
  let closed = false

  async function attempt(work: Work): Promise<Float32Array[]> {
    for (let attempts = 1; ; attempts++) {
      try {
        model ??= await loadModel(load, newWorker)
        return await vectorsOf(model, work)
      } catch (thrown) {
        if (!(thrown instanceof WorkerEnded)) throw thrown
        model = undefined
        if (closed || attempts === ATTEMPTS_MAX) throw thrown
      }
    }
  }

  return {
    async run(work, { urgent, signal } = {}) {
      const giveBack = await turns.take(signal, urgent)
      try {
        return await attempt(work)
      } finally {
        giveBack()
      }
    },
    [Symbol.dispose]() {
      closed = true
      model?.[Symbol.dispose]()
    },
  }
}

/** Loads a model. Throws what prevents that, such as an incompatible native library. */
async function loadModel(load: ModelLoad, newWorker: () => Worker): Promise<LoadedModel> {
  const runtime = await load.runtime?.()
  const model = connect<EmbedderCalls>(newWorker(), "runs the embedding model", { isNative: true })
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

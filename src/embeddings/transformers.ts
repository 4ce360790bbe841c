import { env, pipeline } from "@huggingface/transformers"
import type { Load } from "./protocol"

/** More threads take the processor from the rest without being faster. */
const THREADS = 2

/** The vectors of some texts, one after the other. */
export type Extract = (
  texts: string[],
) => Promise<{ vectors: Float32Array<ArrayBuffer>; dimension: number }>

/**
 * Loads `<models>/<model>`, as Hugging Face lays it out with `onnx/model.onnx`, and never asks the
 * network. Texts are cut at the model's length; the mean of their tokens is scaled to length one.
 */
export async function loadModel({ models, model }: Omit<Load, "runtime">): Promise<Extract> {
  env.allowRemoteModels = false
  env.useFSCache = false
  env.localModelPath = models
  const extract = await pipeline("feature-extraction", model, {
    // The one form whose vectors are the same on every processor; quantised ones differ.
    dtype: "fp32",
    device: "cpu",
    session_options: { intraOpNumThreads: THREADS, interOpNumThreads: 1 },
  })
  return async (texts) => {
    const output = await extract(texts, { pooling: "mean", normalize: true })
    const vectors = Float32Array.from(output.data as Float32Array)
    output.dispose()
    return { vectors, dimension: vectors.length / texts.length }
  }
}

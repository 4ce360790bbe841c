import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  pipeline,
} from "@huggingface/transformers"
import type { Load, Work } from "./protocol"

/** More threads take the processor from the rest without being faster. */
const THREADS = 2

/** The vectors of some texts, one after the other. */
export type Extract = (
  work: Work,
) => Promise<{ vectors: Float32Array<ArrayBuffer>; dimension: number }>

const options = {
  // The one form whose vectors are the same on every processor; quantised ones differ.
  dtype: "fp32",
  device: "cpu",
  session_options: { intraOpNumThreads: THREADS, interOpNumThreads: 1 },
} as const

/**
 * Loads `<models>/<model>`, as Hugging Face lays it out with `onnx/model.onnx`, and never asks the
 * network. Texts are cut at the model's length.
 */
export async function loadModel({ kind, models, model }: Omit<Load, "runtime">): Promise<Extract> {
  env.allowRemoteModels = false
  env.useFSCache = false
  env.localModelPath = models
  return kind === "embedder" ? await loadEmbedder(model) : await loadCrossEncoder(model)
}

/** The mean of a text's tokens is scaled to length one. */
async function loadEmbedder(model: string): Promise<Extract> {
  const extract = await pipeline("feature-extraction", model, options)
  return async ({ texts }) => {
    const output = await extract(texts, { pooling: "mean", normalize: true })
    const vectors = Float32Array.from(output.data as Float32Array)
    output.dispose()
    return { vectors, dimension: vectors.length / texts.length }
  }
}

/** Query and text are read together, so that only the text is cut if the query is short. */
async function loadCrossEncoder(model: string): Promise<Extract> {
  const [tokenize, classify] = await Promise.all([
    AutoTokenizer.from_pretrained(model),
    AutoModelForSequenceClassification.from_pretrained(model, options),
  ])
  return async ({ texts, query = "" }) => {
    const queries = texts.map(() => query)
    const inputs = tokenize(queries, { text_pair: texts, padding: true, truncation: true })
    const { logits } = await classify(inputs)
    const vectors = Float32Array.from(logits.data as Float32Array)
    logits.dispose()
    return { vectors, dimension: vectors.length / texts.length }
  }
}

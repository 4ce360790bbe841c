import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  pipeline,
  type Tensor,
} from "@huggingface/transformers"

/** The paths of a model's files, and of onnxruntime if it had to be extracted. */
export type Load = {
  kind: "embedder" | "cross-encoder"
  models: string
  model: string
  runtime: string | undefined
}

/** With a query this is for a cross-encoder, whose vectors are single scores. */
export type Work = { texts: string[]; query?: string }

/** More threads would slow down everything else without being faster. */
const THREADS = 2

/** Returns the vectors of the texts, concatenated. */
export type Extract = (
  work: Work,
) => Promise<{ vectors: Float32Array<ArrayBuffer>; dimension: number }>

const options = {
  // Gives the same vectors on every processor; quantised models don't.
  dtype: "fp32",
  device: "cpu",
  session_options: { intraOpNumThreads: THREADS, interOpNumThreads: 1 },
} as const

/** Loads `<models>/<model>` in Hugging Face's layout, offline. Truncates long texts. */
export async function loadModel({ kind, models, model }: Omit<Load, "runtime">): Promise<Extract> {
  env.allowRemoteModels = false
  env.useFSCache = false
  env.localModelPath = models
  return kind === "embedder" ? await loadEmbedder(model) : await loadCrossEncoder(model)
}

async function loadEmbedder(model: string): Promise<Extract> {
  const extract = await pipeline("feature-extraction", model, options)
  return async ({ texts }) => {
    const inputs = extract.tokenizer(texts, { padding: true, truncation: true })
    const outputs = await extract.model(inputs)
    const tokens: Tensor = outputs.last_hidden_state ?? outputs.token_embeddings
    const vectors = meansOf(tokens, inputs.attention_mask)
    tokens.dispose()
    return { vectors, dimension: vectors.length / texts.length }
  }
}

/** Returns each text's mean at unit length, row by row, which is faster than the library's. */
function meansOf({ data, dims }: Tensor, mask: Tensor): Float32Array<ArrayBuffer> {
  const [texts = 0, length = 0, dimension = 0] = dims
  const values = data as Float32Array
  const vectors = new Float32Array(texts * dimension)
  for (let text = 0; text < texts; text++) {
    const sums = new Float64Array(dimension)
    for (let token = text * length; token < (text + 1) * length; token++) {
      if (!mask.data[token]) continue
      const row = values.subarray(token * dimension, (token + 1) * dimension)
      for (let i = 0; i < dimension; i++) sums[i] = (sums[i] ?? 0) + (row[i] ?? 0)
    }
    const size = Math.sqrt(sums.reduce((total, sum) => total + sum * sum, 0)) || 1
    for (let i = 0; i < dimension; i++) vectors[text * dimension + i] = (sums[i] ?? 0) / size
  }
  return vectors
}

/** Loads a cross-encoder. Query and text form one input, so only a long text is truncated. */
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

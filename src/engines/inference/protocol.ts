/** Where a model's files are, and onnxruntime's if they had to be extracted. */
export type Load = {
  type: "load"
  kind: "embedder" | "cross-encoder"
  models: string
  model: string
  runtime: string | undefined
}

/** With a query it is for a cross-encoder, whose vectors are scores: one number each. */
export type Work = { texts: string[]; query?: string }

export type ToEmbedder = Load | ({ type: "embed" } & Work)

/** One answer for each message, in their order; vectors stand one after the other. */
export type FromEmbedder =
  | { type: "loaded" }
  | { type: "vectors"; vectors: Float32Array<ArrayBuffer>; dimension: number }
  | { type: "failed"; reason: string }

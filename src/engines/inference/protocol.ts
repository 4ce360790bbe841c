/** Where a model's files are, and onnxruntime's if they had to be extracted. */
export type Load = {
  kind: "embedder" | "cross-encoder"
  models: string
  model: string
  runtime: string | undefined
}

/** With a query it is for a cross-encoder, whose vectors are scores: one number each. */
export type Work = { texts: string[]; query?: string }

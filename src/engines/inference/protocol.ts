/** The paths of a model's files, and of onnxruntime if it had to be extracted. */
export type Load = {
  kind: "embedder" | "cross-encoder"
  models: string
  model: string
  runtime: string | undefined
}

/** With a query this is for a cross-encoder, whose vectors are single scores. */
export type Work = { texts: string[]; query?: string }

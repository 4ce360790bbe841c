/** Where a model's files are, and onnxruntime's if they had to be extracted. */
export type Load = { type: "load"; models: string; model: string; runtime: string | undefined }

export type ToEmbedder = Load | { type: "embed"; texts: string[] }

/** One answer for each message, in their order; vectors stand one after the other. */
export type FromEmbedder =
  | { type: "loaded" }
  | { type: "vectors"; vectors: Float32Array<ArrayBuffer>; dimension: number }
  | { type: "failed"; reason: string }

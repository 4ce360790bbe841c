export type Embedder = Disposable & {
  /** Returns vectors in the order of the texts. Urgent texts jump the queue. */
  embed(texts: string[], options?: { urgent?: boolean }): Promise<Float32Array[]>
}

/** Texts to embed in one call that isn't urgent: few enough that a waiting query doesn't notice. */
export const EMBED_BATCH = { count: 16, size: 8000 }

/** A model that reads a query and a text together. */
export type CrossEncoder = Disposable & {
  /** Scores how well each text answers the query. Scores are comparable within one query. */
  score(query: string, texts: string[], signal: AbortSignal): Promise<number[]>
}

/** Returns Ollama's name for a model named `ollama:…`, otherwise undefined. */
export function ollamaModel(name: string): string | undefined {
  return name.startsWith("ollama:") ? name.slice("ollama:".length) : undefined
}

/** What makes vectors of texts, by one model. */
export type Embedder = Disposable & {
  /** Vectors in the order of the texts. Urgent ones go before those that wait. */
  embed(texts: string[], options?: { urgent?: boolean }): Promise<Float32Array[]>
}

/** A model that runs in Ollama is named `ollama:…`. */
export function ollamaModel(name: string): string | undefined {
  return name.startsWith("ollama:") ? name.slice("ollama:".length) : undefined
}

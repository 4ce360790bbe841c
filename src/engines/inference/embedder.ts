/** A model that turns texts into vectors. */
export type Embedder = Disposable & {
  /** Returns vectors in the order of the texts. Urgent texts jump the queue. */
  embed(texts: string[], options?: { urgent?: boolean }): Promise<Float32Array[]>
}

/** Returns Ollama's name for a model named `ollama:…`, otherwise undefined. */
export function ollamaModel(name: string): string | undefined {
  return name.startsWith("ollama:") ? name.slice("ollama:".length) : undefined
}
